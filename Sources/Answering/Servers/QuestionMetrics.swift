/// What is measured of questions to models.
import Metrics
import Records

/// Measures each attempt at a server, under OpenTelemetry's names for clients of generative models
/// (https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-metrics/), and counts tokens under our own.
package struct QuestionMetrics: Sendable {
    /// By the labels that are used here.
    package static let duration = "gen_ai.client.operation.duration"
    package static let usage = "gen_ai.client.token.usage"
    package static let tokens = "streamllm.model.tokens"

    private let factory: any MetricsFactory

    /// - Parameter factory: makes what it is measured with.
    init(_ factory: any MetricsFactory) { self.factory = factory }

    /// An attempt has ended.
    func ended(_ attempt: Attempt) {
        let place = ServerPlace(attempt.server)
        let labels =
            [
                ("gen_ai_operation_name", "chat"), ("gen_ai_provider_name", attempt.provider),
                ("gen_ai_request_model", attempt.wanted), ("server_address", place.host),
            ] + (place.port.map { [("server_port", String($0))] } ?? [])
        Timer(label: Self.duration, dimensions: labels + [("error_type", attempt.failure ?? "")], factory: factory)
            .record(duration: attempt.duration)
        for (kind, count) in [("input", attempt.promptTokens), ("output", attempt.completionTokens)] {
            guard let count else { continue }
            Recorder(
                label: Self.usage, dimensions: labels + [("gen_ai_token_type", kind)], aggregate: true, factory: factory
            ).record(count)
            Counter(label: Self.tokens, dimensions: [("direction", kind)], factory: factory).increment(by: count)
        }
    }
}
