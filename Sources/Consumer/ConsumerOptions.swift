/// What the consumer needs to know, apart from how it was asked.
import Answering
import Feed
import Streaming

/// The consumer's settings as plain values: tests build the same daemon from other ones.
struct ConsumerOptions: Sendable {
    enum Console: String, Sendable, CaseIterable {
        case pretty, json, none
    }

    enum ResponderKind: String, Sendable, CaseIterable {
        case ollama, openai, fallback, none

        /// The answer where nobody is asked; nil where somebody is.
        var instantAnswer: InstantAnswer? {
            switch self {
            case .ollama, .openai: nil
            case .fallback: .canned
            case .none: InstantAnswer.none
            }
        }
    }

    var inputEndpoints: [String]
    var outputEndpoint: String
    var outputReplayEndpoint: String
    var policy: WindowPolicy
    /// In real time.
    var idleTimeout: Duration
    /// Where state is kept; nil: in memory only.
    var stateDirectory: String?
    var synchronous: Store.Synchronous
    /// For how long records are kept for replay, in seconds.
    var retention: Double
    var start: Start
    var exitOnEnd: Bool
    var linger: Duration
    var console: Console
    var responder: ResponderKind
    var model: ModelOptions
    var concurrency: Int
    /// Earlier messages of a session that stand before the window's in the prompt.
    var history: Int
    var backlogPolicy = AnswerQueue.Policy.queue
}
