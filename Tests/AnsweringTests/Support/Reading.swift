/// Reading an answer's body without a server.
import NIOCore

@testable import Answering

/// What came of a body.
enum ReadAnswer: Equatable {
    case answer(String)
    case failure(ModelFailure)
}

/// Reads a body that comes in parts.
///
/// - Parameters:
///   - size: of each part, in bytes.
///   - interval: from one part to the next.
/// - Returns: what became of it, and what was shown; after each "[anew]" that begins anew.
func read(
    _ body: some Collection<UInt8>, size: Int, prompt: String = "", every interval: Duration = .zero,
    failure: ModelFailure? = nil
) -> (outcome: ReadAnswer, shown: String, completion: Completion?) {
    var answer = AnswerReader(model: "asked", prompt: prompt)
    var shown = ""
    var now = ContinuousClock.now
    do throws(ModelFailure) {
        var rest = Array(body)[...]
        while !rest.isEmpty && !answer.isOver {
            var part = ByteBuffer(bytes: rest.prefix(size))
            rest = rest.dropFirst(size)
            shown.show(try answer.append(&part, at: now))
            now += interval
        }
        let (pieces, completion) = try answer.end(failure, at: now)
        shown.show(pieces)
        return (.answer(completion.text), shown, completion)
    } catch {
        return (.failure(error), shown, nil)
    }
}
