/// Why a model didn't answer.

/// What went wrong between a question and its answer; the description is the entry's `reason`. What a server has said is
/// in it as a ``ServerText`` alone.
package enum ModelFailure: Error, Hashable, Sendable, CustomStringConvertible {
    package static let ollama = "Ollama"

    /// `name` is what the server's program is called.
    case unreachable(server: String, detail: String, name: String = ModelFailure.ollama)
    case noFirstToken(Duration)
    case stalled(Duration)
    case tookTooLong(Duration)
    case refused(status: Int, message: ServerText, name: String = ModelFailure.ollama)
    case brokeOff(ServerText)
    case endedEarly
    case empty
    case notFinished(doneReason: ServerText)
    case unreadable(String)
    case notInstalled(model: String)
    case remote(model: String, host: ServerText)
    case repeating

    package var description: String {
        switch self {
        case .unreachable(let server, let detail, let name): "\(name) is not reachable at \(server): \(detail)"
        case .noFirstToken(let limit): "no answer began within \(limit.inSeconds) s"
        case .stalled(let limit): "the answer stopped for more than \(limit.inSeconds) s"
        case .tookTooLong(let limit): "the answer was not complete within \(limit.inSeconds) s"
        case .refused(let status, let message, let name): "\(name) answered \(status): \(message)"
        case .brokeOff(let message): "the answer broke off: \(message)"
        case .endedEarly: "the answer ended without being finished"
        case .empty: "the model's answer was empty"
        case .notFinished(let reason): "the model stopped for another reason than being done: \(reason)"
        case .unreadable(let detail): "the answer can't be read: \(detail)"
        case .notInstalled(let model): "model \(model) is not installed"
        case .remote(let model, let host): "model \(model) runs on \(host): what customers say would leave this machine"
        case .repeating: "the model repeated itself without end"
        }
    }

    /// Whether it says something about the server; otherwise another question may do better there.
    var isServersFault: Bool {
        switch self {
        case .empty, .notFinished, .repeating, .refused(status: 400, message: _, name: _),
            .refused(status: 413, message: _, name: _),
            .refused(status: 422, message: _, name: _):
            false
        default: true
        }
    }

    /// The description for the log. Servers of OpenAI's kind may quote the request in what they say, and with it customers: the
    /// entry has their words, the log doesn't.
    var forLog: String {
        switch self {
        case .refused(let status, _, let name) where name != Self.ollama: "\(name) answered \(status)"
        case .brokeOff: "the answer broke off"
        default: description
        }
    }

    /// Whether asking once more may help and costs little: nothing had been answered, and the server said so at once.
    var isWorthRetrying: Bool {
        switch self {
        case .unreachable: true
        case .refused(let status, _, _): status >= 500
        default: false
        }
    }
}

extension Duration {
    /// Seconds, without digits that say nothing.
    fileprivate var inSeconds: String {
        let milliseconds = Int(self / .milliseconds(1))
        return milliseconds % 1000 == 0 ? "\(milliseconds / 1000)" : "\(Double(milliseconds) / 1000)"
    }
}
