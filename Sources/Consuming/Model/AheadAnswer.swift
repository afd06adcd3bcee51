/// An answer before it is certain that it is wanted.
import Answering
import Storage

/// The answer to a question that was asked ahead of time, as far as it is written.
final class AheadAnswer: Sendable {
    let asked: Moment
    let pieces: Pieces
    let answer: Task<Answer, Never>

    init(asked: Moment, pieces: Pieces, answer: Task<Answer, Never>) {
        self.asked = asked
        self.pieces = pieces
        self.answer = answer
    }

    /// Nobody wants it.
    func cancel() { answer.cancel() }
}
