/// What a metric is, and what one says.

/// A family of samples: its name, what it measures, and how it is to be read. Names are built as Prometheus wants them
/// (https://prometheus.io/docs/practices/naming/): `streamllm_`, what is measured, its base unit, and `_total` for what only grows.
package struct Metric: Hashable, Sendable {
    package enum Kind: String, Sendable {
        /// Only grows, from 0 at the program's start.
        case counter
        /// Goes up and down.
        case gauge
        /// How often values up to some bounds were seen, since the program's start.
        case histogram
    }

    package let name: String
    package let kind: Kind
    /// One sentence.
    package let help: String
    /// The upper bounds of a histogram's buckets, ascending, in the metric's unit.
    package let buckets: [Double]

    package init(_ name: String, _ kind: Kind, _ help: String, buckets: [Double] = []) {
        self.name = name
        self.kind = kind
        self.help = help
        self.buckets = buckets
    }

    /// Buckets for what takes a model: a tenth of a second is at once, and after 300 s nobody waits any more.
    package static let secondsOfAnswers: [Double] = [
        0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60, 120, 180, 300,
    ]

    /// A sample of it.
    ///
    /// - Parameter labels: names and values. There must be few values: each makes a series of its own.
    package func callAsFunction(_ value: some BinaryInteger, _ labels: KeyValuePairs<String, String> = [:]) -> Sample {
        self(Double(value), labels)
    }

    package func callAsFunction(_ value: Double, _ labels: KeyValuePairs<String, String> = [:]) -> Sample {
        Sample(metric: self, labels: labels.map { Sample.Label(name: $0.key, value: $0.value) }, value: .number(value))
    }
}

/// What one series of a metric says now.
package struct Sample: Hashable, Sendable {
    package struct Label: Hashable, Sendable {
        package let name: String
        package let value: String

        package init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    package enum Value: Hashable, Sendable {
        case number(Double)
        case histogram(Histogram)
    }

    package let metric: Metric
    package let labels: [Label]
    package let value: Value
}

/// How often values up to some bounds were seen.
package struct Histogram: Hashable, Sendable {
    let bounds: [Double]
    /// By bucket, each without those before; the last one has what is beyond all bounds.
    private(set) var counts: [UInt64]
    private(set) var sum = 0.0

    init(bounds: [Double]) {
        self.bounds = bounds
        counts = Array(repeating: 0, count: bounds.count + 1)
    }

    mutating func record(_ value: Double) {
        // What isn't a number would make none of the sum.
        guard value.isFinite else { return }
        counts[bounds.firstIndex { value <= $0 } ?? bounds.count] += 1
        sum += value
    }
}
