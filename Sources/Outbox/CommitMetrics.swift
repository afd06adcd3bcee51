/// What is measured of commits.
import Metrics

/// How long the store takes for a transaction, and how large it is.
package struct CommitMetrics: Sendable {
    /// The labels that are used here.
    package static let duration = "streamllm.commit.duration"
    package static let size = "streamllm.commit.size"

    private let duration: Timer
    private let size: Recorder

    init(_ factory: any MetricsFactory) {
        duration = Timer(label: Self.duration, factory: factory)
        size = Recorder(label: Self.size, aggregate: true, factory: factory)
    }

    /// A transaction is durable.
    ///
    /// - Parameter bytes: what its commits weigh.
    func committed(_ bytes: Int, in time: Duration) {
        duration.record(duration: time)
        size.record(bytes)
    }
}
