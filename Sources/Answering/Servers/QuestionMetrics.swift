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
    private let provider: String
    private let model: String

    /// - Parameter factory: makes what it is measured with.
    init(_ factory: any MetricsFactory, _ options: ModelOptions) {
        self.factory = factory
        provider = options.dialect.rawValue
        model = options.model
    }

    /// Host and port, as OpenTelemetry wants them: apart.
    static func place(of server: String) -> [(String, String)] {
        let place = server.split(separator: "/", omittingEmptySubsequences: true).dropFirst().first ?? ""
        guard !server.hasPrefix("unix:"), let colon = place.lastIndex(of: ":"),
            place[colon...].dropFirst().allSatisfy(\.isNumber)
        else { return [("server_address", server.hasPrefix("unix:") || place.isEmpty ? server : String(place))] }
        return [("server_address", String(place[..<colon])), ("server_port", String(place[colon...].dropFirst()))]
    }

    /// An attempt has ended.
    ///
    /// - Parameters:
    ///   - completion: what it brought; nil: it failed.
    func ended(at server: String, after time: Duration, _ completion: Completion?, error: (any Error)? = nil) {
        let labels =
            [
                ("gen_ai_operation_name", "chat"), ("gen_ai_provider_name", provider), ("gen_ai_request_model", model),
            ] + Self.place(of: server)
        let failure = error.map { [("error_type", ($0 as? ModelFailure)?.kind ?? "other")] } ?? [("error_type", "")]
        Timer(label: Self.duration, dimensions: labels + failure, factory: factory)
            .record(duration: time)
        for (kind, count) in [("input", completion?.promptTokens), ("output", completion?.completionTokens)] {
            guard let count else { continue }
            Recorder(
                label: Self.usage, dimensions: labels + [("gen_ai_token_type", kind)], aggregate: true, factory: factory
            ).record(count)
            Counter(label: Self.tokens, dimensions: [("direction", kind)], factory: factory).increment(by: count)
        }
    }
}
