/// What is measured of answers.
import Metrics
import Records

/// How long windows waited for their answer, and the answer took.
struct AnswerMetrics: Sendable {
    /// The labels that are used here.
    static let queue = "streamllm.answer.queue"
    static let firstToken = "streamllm.answer.first_token"
    static let total = "streamllm.answer"

    private let factory: any MetricsFactory

    /// - Parameter factory: makes what it is measured with.
    init(_ factory: any MetricsFactory) { self.factory = factory }

    /// An entry has gone out of a window that somebody was asked about. One without a question of its own would count as
    /// answered at once.
    func answered(_ status: Response.Status, _ timing: Timing) {
        let labels = [("status", status.rawValue)]
        Timer(label: Self.queue, factory: factory).recordMilliseconds(timing.queued)
        if let time = timing.firstToken { Timer(label: Self.firstToken, factory: factory).recordMilliseconds(time) }
        Timer(label: Self.total, dimensions: labels, factory: factory).recordMilliseconds(timing.total)
    }
}
