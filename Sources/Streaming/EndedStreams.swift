/// Streams that have ended, and may come back.

/// The clocks of the streams that ended last: one that comes back goes on where it was, and no window comes out twice.
struct EndedStreams: Sendable {
    private struct Stream: Sendable {
        let clock: StreamClock
        /// The higher, the later it has ended.
        let number: UInt64
    }

    private var streams: [String: Stream] = [:]
    private var ends: UInt64 = 0

    var isEmpty: Bool { streams.isEmpty }
    var count: Int { streams.count }

    /// Remembers a stream's clock, and at most so many in all: the one that ended first is forgotten.
    mutating func add(_ id: String, _ clock: StreamClock, keeping limit: Int) {
        guard limit > 0, clock.hasMessages else { return }
        ends += 1
        streams[id] = Stream(clock: clock, number: ends)
        if streams.count > limit, let first = streams.min(by: { $0.value.number < $1.value.number }) {
            streams[first.key] = nil
        }
    }

    /// Takes out the clock of a stream that is back.
    mutating func remove(_ id: String) -> StreamClock? { streams.removeValue(forKey: id)?.clock }

    /// In the order in which they ended.
    var inOrder: [(id: String, clock: StreamClock)] {
        streams.sorted { $0.value.number < $1.value.number }.map { ($0.key, $0.value.clock) }
    }
}
