/// Streams that aren't followed now, and how far they were taken.

/// The last streams of an endpoint that ended or made room for others. One that comes back goes on where it was.
struct LeftStreams {
    /// So many are remembered, the last ones left. The store remembers fewer.
    static let limit = 2000

    private var cursors: [String: StreamCursor] = [:]
    private var order: [String] = []

    /// Remembers a stream.
    mutating func leave(_ cursor: StreamCursor) {
        if cursors.updateValue(cursor, forKey: cursor.stream) == nil { order.append(cursor.stream) }
        guard order.count > Self.limit * 2 else { return }
        // Those that came back have no cursor here any more.
        order.removeAll { cursors[$0] == nil }
        for forgotten in order.prefix(max(0, order.count - Self.limit)) { cursors[forgotten] = nil }
        order = order.suffix(Self.limit)
    }

    func contains(_ stream: String) -> Bool { cursors[stream] != nil }

    /// A stream's cursor, or that of one whose id looks the same.
    func cursor(of stream: String) -> StreamCursor? { cursors[stream] }

    /// Takes a stream out, to follow it again.
    mutating func remove(_ stream: String) -> StreamCursor? { cursors.removeValue(forKey: stream) }
}
