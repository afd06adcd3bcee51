/// Metrics as text.
import Testing

@testable import Monitoring

@Suite("Prometheus's text format", .timeLimit(.minutes(1)))
struct ExpositionTests {
    private static let messages = Metric("messages_total", .counter, "Messages.")

    @Test("A family has its help, its type and its samples together, whatever order they come in")
    func families() {
        let other = Metric("other", .gauge, "Something\nelse, with a \\.")
        let samples = [
            Self.messages(1, ["kind": "a"]), other(2.5), Self.messages(UInt64.max, ["kind": "b"]),
        ]
        #expect(
            Exposition.text(samples) == """
                # HELP messages_total Messages.
                # TYPE messages_total counter
                messages_total{kind="a"} 1
                messages_total{kind="b"} 1.8446744073709552e+19
                # HELP other Something\\nelse, with a \\\\.
                # TYPE other gauge
                other 2.5

                """)
    }

    @Test(
        "What a label may hold",
        arguments: [
            ("plain", "plain"), ("a\"b", "a\\\"b"), ("a\\b", "a\\\\b"), ("a\nb", "a\\nb"), ("ä", "ä"),
            ("\r\n", "\r\\n"),
        ])
    func labels(_ value: String, _ written: String) {
        #expect(Exposition.text([Self.messages(1, ["kind": value])]).hasSuffix("{kind=\"\(written)\"} 1\n"))
    }

    @Test(
        "Numbers",
        arguments: [
            (0, "0"), (-1, "-1"), (0.1, "0.1"), (1e20, "1e+20"), (.infinity, "+Inf"), (-.infinity, "-Inf"),
            (.nan, "NaN"),
        ])
    func numbers(_ value: Double, _ written: String) {
        #expect(Exposition.text([Self.messages(value)]).hasSuffix("messages_total \(written)\n"))
    }

    @Test("Of two samples with the same labels the first is written: the page would be refused")
    func twice() {
        let text = Exposition.text([Self.messages(1, ["kind": "a"]), Self.messages(2, ["kind": "a"])])
        #expect(text.hasSuffix("messages_total{kind=\"a\"} 1\n"))
        #expect(!text.contains("} 2"))
    }

    @Test("A histogram's buckets add up, and what is none of its values isn't counted")
    func histogram() {
        var histogram = Histogram(bounds: [0.5, 1])
        for value in [0.5, 0.6, 1, 7, .nan, .infinity] { histogram.record(value) }
        let sample = Sample(
            metric: Metric("took_seconds", .histogram, "", buckets: [0.5, 1]),
            labels: [Sample.Label(name: "status", value: "a")], value: .histogram(histogram))
        #expect(
            Exposition.text([sample]) == """
                # TYPE took_seconds histogram
                took_seconds_bucket{status="a",le="0.5"} 1
                took_seconds_bucket{status="a",le="1"} 3
                took_seconds_bucket{status="a",le="+Inf"} 4
                took_seconds_sum{status="a"} 9.1
                took_seconds_count{status="a"} 4

                """)
    }
}
