/// Why a model didn't answer.

/// A server's refusal.
package struct Refusal: Hashable, Sendable {
    package var status: Int
    package var message: ServerText
    /// What the server's program is called.
    package var name: String
    /// How long it wants to be left alone.
    package var retryAfter: Duration?
    /// Parts of the request that it refuses, and that an answer doesn't need.
    var parts: Set<OptionalPart> = []
    /// It says that the prompt is too long for it.
    var overflow: ContextOverflow?

    /// Whether it may do better in a while: it loads its model, has too much to do, or stands behind something that waits for
    /// it.
    var isForNow: Bool {
        switch status {
        case 408, 425, 429, 502, 503, 504, 529: true
        case 500: Self.isLoading("\(message)")
        default: false
        }
    }

    /// Whether a server says that its model will be there.
    static func isLoading(_ message: String) -> Bool {
        let message = message.lowercased()
        return ["loading", "is starting", "waiting for llama runner", "not ready", "warming up"].contains(
            where: message.contains)
    }
}

/// What went wrong between a question and its answer; the description is the entry's `reason`. What a server has said is
/// in it as a ``ServerText`` alone.
package enum ModelFailure: Error, Hashable, Sendable, CustomStringConvertible {
    package static let ollama = "Ollama"

    /// `name` is what the server's program is called.
    case unreachable(server: String, detail: String, name: String = ModelFailure.ollama)
    case noFirstToken(Duration)
    case stalled(Duration)
    case tookTooLong(Duration)
    case refusal(Refusal)
    /// The server said so in the middle of its answer.
    case brokeOff(ServerText)
    /// The connection ended in the middle of the answer.
    case connectionLost(String)
    case endedEarly
    case empty
    /// Empty, and as long as it may be: thoughts have taken all of it.
    case usedUp
    case notFinished(doneReason: ServerText)
    case unreadable(String)
    /// What came says something else.
    case notAnAnswer(ServerText)
    case notInstalled(model: String)
    case remote(model: String, host: ServerText)
    case repeating
    /// What was to be the answer is the question, or a part of it.
    case repeatsQuestion

    package static func refused(
        status: Int, message: ServerText, name: String = ModelFailure.ollama
    ) -> ModelFailure { .refusal(Refusal(status: status, message: message, name: name)) }

    /// Its kind in a word, for a label of a metric.
    var kind: String {
        switch self {
        case .unreachable: "unreachable"
        case .noFirstToken, .stalled, .tookTooLong: "timeout"
        case .refusal(let refusal): "\(refusal.status)"
        case .brokeOff, .connectionLost, .endedEarly: "broke_off"
        case .empty, .usedUp: "empty"
        case .notFinished, .unreadable, .notAnAnswer: "not_an_answer"
        case .notInstalled, .remote: "no_model"
        case .repeating, .repeatsQuestion: "repetition"
        }
    }

    package var description: String {
        switch self {
        case .unreachable(let server, let detail, let name): "\(name) is not reachable at \(server): \(detail)"
        case .noFirstToken(let limit): "no answer began within \(limit.inSeconds) s"
        case .stalled(let limit): "the answer stopped for more than \(limit.inSeconds) s"
        case .tookTooLong(let limit): "the answer was not complete within \(limit.inSeconds) s"
        case .refusal(let refusal): "\(refusal.name) answered \(refusal.status): \(refusal.message)"
        case .brokeOff(let message): "the answer broke off: \(message)"
        case .connectionLost(let detail): "the answer broke off: \(detail)"
        case .endedEarly: "the answer ended without being finished"
        case .empty, .usedUp: "the model's answer was empty"
        case .notFinished(let reason): "the model stopped for another reason than being done: \(reason)"
        case .unreadable(let detail): "the answer can't be read: \(detail)"
        case .notAnAnswer(let words): "what came is no answer: \(words)"
        case .notInstalled(let model): "model \(model) is not installed"
        case .remote(let model, let host): "model \(model) runs on \(host): what customers say would leave this machine"
        case .repeating: "the model repeated itself without end"
        case .repeatsQuestion: "the model repeated the question"
        }
    }

    /// Whether it says something about the server; otherwise another question may do better there.
    var isServersFault: Bool {
        switch self {
        case .empty, .usedUp, .notFinished, .repeating, .repeatsQuestion: false
        case .refusal(let refusal): ![400, 413, 422].contains(refusal.status)
        default: true
        }
    }

    /// The description for the log. Servers of OpenAI's kind may quote the request in what they say, and with it customers: the
    /// entry has their words, the log doesn't.
    var forLog: String {
        switch self {
        case .refusal(let refusal) where refusal.name != Self.ollama: "\(refusal.name) answered \(refusal.status)"
        case .brokeOff, .connectionLost: "the answer broke off"
        case .notAnAnswer: "what came is no answer"
        default: description
        }
    }

    /// Whether asking once more may help and costs little: nothing had been answered, and the server said so at once. A server that
    /// went away in the middle of an answer may be back soon. A model that had nothing to say, or whose answer was all the
    /// customer's next turn or the question, mostly says something when it is asked again.
    var isWorthRetrying: Bool {
        switch self {
        case .unreachable, .connectionLost, .endedEarly, .empty, .repeatsQuestion: true
        case .refusal(let refusal): refusal.status >= 500
        default: false
        }
    }

    /// Whether the server isn't ready yet: it may be in a while, and the question can wait for it.
    package var isNotYet: Bool {
        switch self {
        case .unreachable(_, let detail, _): Self.absence.contains(detail)
        case .refusal(let refusal): refusal.isForNow
        // Ollama says so where it has loaded a model and done nothing else.
        case .notFinished(let reason): "\(reason)" == "load"
        default: false
        }
    }
}

extension ModelFailure {
    /// Any error of asking, as an entry's `reason`. One of a library's has the name of its type: its text may quote what customers
    /// have written, or a key.
    package static func words(_ error: any Error) -> String {
        switch error {
        case let error as ModelFailure: error.description
        case let error as KnownFailure: error.description
        default: "the question failed (\(type(of: error)))"
        }
    }

    /// Why a server can't be reached that is about to start, or has just ended.
    private static let absence: Set<String> = [
        "connection refused", "connection reset by peer", "the connection was closed", "broken pipe",
        "no such file or directory",
    ]
}

extension Duration {
    /// Seconds, without digits that say nothing.
    fileprivate var inSeconds: String {
        let milliseconds = Int(self / .milliseconds(1))
        return milliseconds % 1000 == 0 ? "\(milliseconds / 1000)" : "\(Double(milliseconds) / 1000)"
    }
}
