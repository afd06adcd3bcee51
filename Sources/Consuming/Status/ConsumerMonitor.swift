/// The consumer's page for whoever watches it.
import Answering
import Common
import Logging
import Monitoring
import Outbox
import Records
import Traces

/// What is measured in the consumer, and what it says of itself.
struct ConsumerMonitor: Sendable {
    /// What is measured as it happens goes there.
    let registry: Registry
    let readiness: Readiness
    let liveness: Liveness
    let metrics: ConsumerMetrics

    func page(at address: ListenAddress) -> MonitorPage {
        MonitorPage(
            "consumer", isLocal: address.isLocal, registry: registry, liveness: liveness,
            readiness: { await isReady() },
            collect: { await metrics.samples() })
    }

    /// Without the feed and the store nothing comes in or goes out. Without a model everything does, with fallbacks.
    private func isReady() async -> MonitorPage.Readiness {
        var unready = readiness.missingParts.map(\.sentence)
        if readiness.stages.areWaiting(for: .store) { unready.append("the store can't be written") }
        let servers = await metrics.responder?.servers() ?? []
        let down = servers.filter { $0.state == .failing || $0.state == .down }
        return MonitorPage.Readiness(
            unready: unready, degraded: down.map { "the model server \($0.server) doesn't answer" })
    }

    /// By the labels under which it is measured.
    static let measured = [
        AnswerMetrics.queue: Metric(
            "streamllm_answer_queue_seconds", .histogram, "How long windows waited until their turn had come.",
            buckets: Metric.secondsOfAnswers),
        AnswerMetrics.firstToken: Metric(
            "streamllm_answer_first_token_seconds", .histogram, "From then to the model's first token.",
            buckets: Metric.secondsOfAnswers),
        AnswerMetrics.total: Metric(
            "streamllm_answer_seconds", .histogram, "From a window's coming out to its entry, by the entry's status.",
            buckets: Metric.secondsOfAnswers),
        QuestionMetrics.duration: Metric(
            "gen_ai_client_operation_duration_seconds", .histogram, "How long attempts at model servers took.",
            buckets: Metric.secondsOfAnswers),
        QuestionMetrics.usage: Metric(
            "gen_ai_client_token_usage", .histogram, "Tokens of a question, and of its answer.",
            buckets: (0...10).map { Double(1 << (2 * $0)) }),
        QuestionMetrics.tokens: Metric(
            "streamllm_model_tokens_total", .counter, "Tokens that models read (input) and wrote (output)."),
        CommitMetrics.duration: Metric(
            "streamllm_commit_seconds", .histogram, "How long the store took for a transaction.",
            buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]),
        CommitMetrics.size: Metric(
            "streamllm_commit_bytes", .histogram, "Size of a transaction, in bytes.",
            buckets: (4...13).map { Double(1 << (2 * $0)) }),
        TraceExporter.spans: Metric(
            "streamllm_trace_spans_total", .counter, "Spans, by what became of them: sent, rejected or dropped."),
    ]
}

extension Readiness.Part {
    fileprivate var sentence: String {
        switch self {
        case .intake: "it doesn't listen to its input yet"
        case .output: "its output isn't bound yet"
        }
    }
}
