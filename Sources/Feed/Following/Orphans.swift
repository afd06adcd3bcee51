/// Streams of endpoints that nobody listens to any more.
import Bytes

/// Known streams whose endpoint isn't among those that are followed. They may turn up on another one, and go on there; when
/// they haven't for a while they count as vanished, or what is open of them would be waited for for ever. Pure.
struct Orphans {
    private var open: [(cursor: StreamCursor, silence: Silence)] = []
    private var left = LeftStreams()

    init(_ cursors: [StreamCursor], idleTimeout: Duration?, now: ContinuousClock.Instant) {
        for cursor in cursors {
            if cursor.hasEnded {
                left.leave(cursor)
            } else {
                open.append((cursor, Silence(limit: idleTimeout, now: now)))
            }
        }
    }

    /// Where a stream came from whose id is another one and only looks the same; nil where there is none.
    func ownerOfLookAlike(of id: String) -> String? {
        let known = open.first { $0.cursor.stream == id }?.cursor ?? left.cursor(of: id)
        return known.flatMap { $0.stream.isSame(as: id) ? nil : $0.endpoint }
    }

    /// Takes a stream that has turned up.
    mutating func remove(_ id: String) -> StreamCursor? {
        if let index = open.firstIndex(where: { $0.cursor.stream == id }) { return open.remove(at: index).cursor }
        return left.remove(id)
    }

    /// Gives up on those that have been waited for long enough.
    mutating func report(_ now: ContinuousClock.Instant, into deliveries: inout [Delivery]) {
        for index in open.indices.reversed() where open[index].silence.look(now, wasHeard: false) {
            let cursor = open.remove(at: index).cursor
            deliveries.append(.vanished(stream: cursor.stream))
            left.leave(cursor)
        }
    }

    var timeToSilence: Duration? { open.compactMap(\.silence.timeToLimit).min() }
}
