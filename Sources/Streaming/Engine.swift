/// The event-time engine: messages and time go in, windows come out.
import Common

/// Cuts each session of each stream into windows of event time.
///
/// A value without clock, I/O or concurrency: the same events give the same actions, always, however the messages are
/// cut into batches. The rules are those of Apache Flink
/// (https://nightlies.apache.org/flink/flink-docs-stable/docs/dev/datastream/operators/windows/).
public struct Engine: Sendable {
    private var policy: WindowPolicy
    var streams: [String: StreamState] = [:]
    /// Messages that have been put into a window, each counted once.
    public private(set) var assigned = 0

    public init(policy: WindowPolicy) { self.policy = policy }

    /// Takes one event.
    ///
    /// - Parameter actions: what follows from the event is appended here, in order. Windows that close together come
    ///   by end, then start, then session id.
    public mutating func handle(_ event: Event, into actions: inout [Action]) {
        switch event {
        case .messages(let batch):
            assigned += streams[batch.stream, default: StreamState(id: batch.stream, policy: policy)]
                .take(batch, into: &actions)
        case .time(let stream, let reached):
            assigned += streams[stream, default: StreamState(id: stream, policy: policy)].tick(reached, into: &actions)
        case .idle(let stream):
            streams[stream]?.closeOpenWindows(into: &actions)
        case .ended(let stream):
            // Nothing will follow, so nothing needs to be remembered.
            var last = streams.removeValue(forKey: stream)
            last?.end(into: &actions)
        }
    }

    /// How many windows there are: open ones, and those kept for late messages.
    public var openWindows: Int { streams.values.reduce(0) { $0 + $1.openWindows } }

    /// How far the clock of a stream has come; nil for a stream that hasn't been heard of, or has ended.
    public func clock(of stream: String) -> Timestamp? { streams[stream].map { Timestamp(milliseconds: $0.latest) } }

    /// Goes on by other rules: what is open comes out as it is, and the streams' clocks go on.
    ///
    /// - Parameter actions: the windows that come out are appended here.
    public mutating func change(to policy: WindowPolicy, into actions: inout [Action]) {
        for id in streams.keys.sorted() {
            streams[id]?.closeOpenWindows(into: &actions)
            streams[id]?.change(to: policy)
        }
        self.policy = policy
    }

    /// The number of the message of a stream that is held because it seems to come from the future.
    public func heldSequence(of stream: String) -> UInt64? { streams[stream]?.heldSequence }
}
