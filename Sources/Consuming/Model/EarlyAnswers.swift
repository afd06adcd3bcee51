/// Answers that windows had before they closed.
import Records
import Storage
import Streaming

/// The answers of early results whose windows haven't closed. A window that closes with nothing new in it has its answer
/// already: the same question needn't be asked again, and a server that is down by then spoils nothing.
struct EarlyAnswers: Sendable {
    /// So many are kept, of so many bytes together. Of more, the oldest are forgotten, and asked for again.
    static let most = 1000
    static let mostBytes = 16 << 20

    struct Answer: Sendable {
        let response: Response
        /// When it was complete; nil: in another process.
        let completed: Moment?
        /// How many messages it answers. A window only gains messages.
        fileprivate let messages: Int
        fileprivate let number: Int

        fileprivate var size: Int { 256 + (response.text?.utf8.count ?? 0) }
    }

    /// One result of a session.
    private struct Key: Hashable {
        let session: SessionKey
        let window: Window
        let revision: Int
    }

    private var answers: [Key: Answer] = [:]
    private var bytes = 0
    private var next = 0

    /// A result has its response. Only what a model wrote, and what may be replaced, is of use.
    mutating func note(_ result: WindowResult, of session: SessionKey, _ response: Response, at completed: Moment?) {
        // What it replaces isn't replaced by anything else.
        for old in result.supersedes { remove(Key(session: session, window: old.window, revision: old.revision)) }
        guard result.trigger == .turn, response.status == .generated else { return }
        let key = Key(session: session, window: result.window, revision: result.revision)
        remove(key)
        let answer = Answer(
            response: response, completed: completed, messages: result.conversation.count, number: next)
        next += 1
        answers[key] = answer
        bytes += answer.size
        while answers.count > Self.most || bytes > Self.mostBytes {
            guard let oldest = answers.min(by: { $0.value.number < $1.value.number }) else { return }
            remove(oldest.key)
        }
    }

    /// The answer of the result that this one replaces, where nothing has been said since.
    func answer(for result: WindowResult, of session: SessionKey) -> Answer? {
        guard !answers.isEmpty, result.supersedes.count == 1, let old = result.supersedes.first,
            let answer = answers[Key(session: session, window: old.window, revision: old.revision)],
            answer.messages == result.conversation.count
        else { return nil }
        return answer
    }

    private mutating func remove(_ key: Key) {
        if let old = answers.removeValue(forKey: key) { bytes -= old.size }
    }
}

extension WindowResult {
    /// Whether this replaces an earlier result of the same session and holds nothing new.
    func repeats(_ earlier: WindowResult) -> Bool {
        supersedes == [Superseded(window: earlier.window, revision: earlier.revision)]
            && conversation.count == earlier.conversation.count
    }
}
