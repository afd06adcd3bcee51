/// The backend of swift-metrics.
import Metrics
import Testing

@testable import Monitoring

@Suite("What is measured by way of swift-metrics", .timeLimit(.minutes(1)))
struct RegistryTests {
    private let registry = Registry([
        "answer.time": Metric("answer_seconds", .histogram, "How long.", buckets: [1, 2])
    ])

    private var text: String { Exposition.text(registry.samples) }

    @Test("A timer is in seconds, under the name that is known for it")
    func timer() {
        let timer = Timer(label: "answer.time", dimensions: [("status", "a")], factory: registry)
        timer.record(duration: .milliseconds(1500))
        // Another one of the same labels is the same series.
        Timer(label: "answer.time", dimensions: [("status", "a")], factory: registry).record(duration: .seconds(1))
        #expect(text.contains("answer_seconds_bucket{status=\"a\",le=\"2\"} 2\n"))
        #expect(text.contains("answer_seconds_sum{status=\"a\"} 2.5\n"))
    }

    @Test("What libraries count without being known has its label as the name")
    func unknown() {
        Counter(label: "http.requests-total", dimensions: [("the.method", "GET")], factory: registry).increment(by: 3)
        Counter(label: "http.requests-total", dimensions: [("the.method", "GET")], factory: registry).increment()
        Gauge(label: "5level", factory: registry).record(2)
        Meter(label: "meter", factory: registry).set(5)
        Meter(label: "meter", factory: registry).decrement(by: 2)
        #expect(text.contains("http_requests_total{the_method=\"GET\"} 4\n"))
        #expect(text.contains("# TYPE _5level gauge\n_5level 2\n"))
        #expect(text.contains("meter 3\n"))
    }

    @Test("No more series are kept than there is room for, and those that aren't are counted")
    func bound() {
        for number in 0..<(Registry.mostSeries + 7) {
            Counter(label: "c", dimensions: [("model", "\(number)")], factory: registry).increment()
        }
        #expect(registry.samples.count == Registry.mostSeries + 1)
        #expect(text.hasSuffix("streamllm_metrics_left_out_total 7\n"))
    }
}
