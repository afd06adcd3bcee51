/// What is measured as it happens.
import CoreMetrics
import Synchronization

/// The backend of swift-metrics: whatever is counted or timed by way of that library, ours or another's code, is a series here.
/// Safe to use from anywhere.
package final class Registry: MetricsFactory, Sendable {
    /// Labels come from outside, the names of models among them. More series than this aren't kept, and are counted.
    static let mostSeries = 1000
    /// Buckets of what nobody has described, in seconds, as most of Prometheus's clients have them.
    private static let standardBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

    private static let leftOut = Metric(
        "streamllm_metrics_left_out_total", .counter, "Series that weren't kept, for there were too many.")

    private struct Key: Hashable {
        let label: String
        let labels: [Sample.Label]
    }

    private struct State {
        var series: [Key: Series] = [:]
        var order: [Series] = []
        var leftOut: UInt64 = 0
    }

    private let known: [String: Metric]
    private let state = Mutex(State())

    /// - Parameter known: metrics by the label that the code has for them. Others have that label as their name.
    package init(_ known: [String: Metric]) { self.known = known }

    /// What all series say now, in the order in which they were made.
    var samples: [Sample] {
        let (order, leftOut) = state.withLock { ($0.order, $0.leftOut) }
        return order.map(\.sample) + (leftOut > 0 ? [Self.leftOut(leftOut)] : [])
    }

    private func series(_ label: String, _ dimensions: [(String, String)], _ kind: Metric.Kind) -> Series {
        let labels = dimensions.map { Sample.Label(name: Self.name($0.0), value: $0.1) }
        let metric =
            known[label]
            ?? Metric(Self.name(label), kind, "", buckets: kind == .histogram ? Self.standardBuckets : [])
        return state.withLock { state in
            if let series = state.series[Key(label: label, labels: labels)] { return series }
            let series = Series(metric, labels)
            guard state.order.count < Self.mostSeries else {
                state.leftOut += 1
                return series
            }
            state.series[Key(label: label, labels: labels)] = series
            state.order.append(series)
            return series
        }
    }

    /// With nothing in it that a name can't have.
    private static func name(_ label: String) -> String {
        var name = String(
            label.map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || $0 == ":") ? $0 : "_" })
        if name.first?.isNumber ?? true { name = "_" + name }
        return name
    }

    package func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        series(label, dimensions, .counter)
    }

    package func makeFloatingPointCounter(
        label: String, dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler { series(label, dimensions, .counter) }

    package func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        series(label, dimensions, .gauge)
    }

    package func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
        series(label, dimensions, aggregate ? .histogram : .gauge)
    }

    package func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        series(label, dimensions, .histogram)
    }

    // What was measured stays: a series that goes away and comes again would count anew.
    package func destroyCounter(_ handler: any CounterHandler) {}
    package func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) {}
    package func destroyMeter(_ handler: any MeterHandler) {}
    package func destroyRecorder(_ handler: any RecorderHandler) {}
    package func destroyTimer(_ handler: any TimerHandler) {}
}

/// One series, whatever its kind.
final class Series: Sendable {
    private let metric: Metric
    private let labels: [Sample.Label]
    private let value: Mutex<Sample.Value>

    init(_ metric: Metric, _ labels: [Sample.Label]) {
        self.metric = metric
        self.labels = labels
        value = Mutex(Self.nothing(metric))
    }

    private static func nothing(_ metric: Metric) -> Sample.Value {
        metric.kind == .histogram ? .histogram(Histogram(bounds: metric.buckets)) : .number(0)
    }

    var sample: Sample { Sample(metric: metric, labels: labels, value: value.withLock { $0 }) }

    private func add(_ amount: Double) {
        value.withLock { value in
            if case .number(let sum) = value { value = .number(sum + amount) }
        }
    }

    private func note(_ new: Double) {
        value.withLock { value in
            switch value {
            case .number: value = .number(new)
            case .histogram(var histogram):
                // Not copied: nobody else has it meanwhile.
                value = .number(0)
                histogram.record(new)
                value = .histogram(histogram)
            }
        }
    }
}

extension Series: CounterHandler {
    func increment(by amount: Int64) { add(Double(amount)) }
    func reset() { value.withLock { $0 = Self.nothing(metric) } }
}

extension Series: FloatingPointCounterHandler, MeterHandler {
    func increment(by amount: Double) { add(amount) }
    func decrement(by amount: Double) { add(-amount) }
    func set(_ value: Int64) { note(Double(value)) }
    func set(_ value: Double) { note(value) }
}

extension Series: RecorderHandler, TimerHandler {
    func record(_ value: Int64) { note(Double(value)) }
    func record(_ value: Double) { note(value) }
    func recordNanoseconds(_ duration: Int64) { note(Double(duration) / 1e9) }
}
