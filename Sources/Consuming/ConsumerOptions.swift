/// What the consumer needs to know, apart from how it was asked.
import Access
import Answering
import Common
import Feed
import Monitoring
import Storage
import Streaming
import Traces

/// The consumer's settings as plain values: tests build the same daemon from other ones.
package struct ConsumerOptions: Sendable {
    package enum Console: String, Sendable, CaseIterable {
        case pretty, json, none
    }

    package enum ResponderKind: String, Sendable, CaseIterable {
        case ollama, openai, fallback, none

        /// Whether a model is asked.
        package var asks: Bool { self == .ollama || self == .openai }

        /// The answer where nobody is asked; nil where somebody is.
        var instantAnswer: InstantAnswer? {
            switch self {
            case .ollama, .openai: nil
            case .fallback: .canned
            case .none: InstantAnswer.none
            }
        }
    }

    package var inputEndpoints: [String]
    /// Where windows come from that somebody else has cut: then nothing is taken from ``inputEndpoints``. nil: they are cut here.
    package var windowsFrom: String?
    package var outputEndpoint: String
    package var outputReplayEndpoint: String
    /// Where feedback comes in; nil: nowhere.
    package var feedbackEndpoint: FeedbackEndpoint?
    package var policy: WindowPolicy
    /// In real time.
    package var idleTimeout: Duration
    /// Where state is kept; nil: in memory only.
    package var stateDirectory: String?
    package var synchronous: Store.Synchronous
    /// For how long records are kept for replay, in seconds.
    package var retention: Double
    package var start: Start
    package var exitOnEnd: Bool
    package var linger: Duration
    package var console: Console
    package var responder: ResponderKind
    package var model: ModelOptions
    package var concurrency: Int
    /// Earlier messages of a session that stand before the window's in the prompt.
    package var history: Int
    package var backlogPolicy: AnswerOrder.Policy
    /// Which windows the model is asked about.
    package var answerCondition: AnswerCondition
    /// By which others are known who come over the network; nil: everybody is believed.
    package var keys: Keyring?
    /// Where metrics are served; nil: nowhere.
    package var monitor: ListenAddress?
    /// Where traces are sent; nil: none are made.
    package var traces: TraceDestination?

    /// Those that have to be heard from before the inputs can have ended.
    var heardEndpoints: Set<String> { windowsFrom.map { [$0] } ?? Set(inputEndpoints) }

    package init(
        inputEndpoints: [String], windowsFrom: String? = nil, outputEndpoint: String, outputReplayEndpoint: String,
        feedbackEndpoint: FeedbackEndpoint? = nil, policy: WindowPolicy,
        idleTimeout: Duration, stateDirectory: String?, synchronous: Store.Synchronous, retention: Double, start: Start,
        exitOnEnd: Bool, linger: Duration, console: Console, responder: ResponderKind, model: ModelOptions,
        concurrency: Int, history: Int, backlogPolicy: AnswerOrder.Policy = .queue,
        answerCondition: AnswerCondition = .always, keys: Keyring? = nil,
        monitor: ListenAddress? = nil, traces: TraceDestination? = nil
    ) {
        self.inputEndpoints = inputEndpoints
        self.windowsFrom = windowsFrom
        self.outputEndpoint = outputEndpoint
        self.outputReplayEndpoint = outputReplayEndpoint
        self.feedbackEndpoint = feedbackEndpoint
        self.policy = policy
        self.idleTimeout = idleTimeout
        self.stateDirectory = stateDirectory
        self.synchronous = synchronous
        self.retention = retention
        self.start = start
        self.exitOnEnd = exitOnEnd
        self.linger = linger
        self.console = console
        self.responder = responder
        self.model = model
        self.concurrency = concurrency
        self.history = history
        self.backlogPolicy = backlogPolicy
        self.answerCondition = answerCondition
        self.keys = keys
        self.monitor = monitor
        self.traces = traces
    }
}
