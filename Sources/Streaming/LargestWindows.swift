/// Which windows make room for others.

/// The windows of all streams that hold something, in the order in which they have to go.
enum LargestWindows {
    private struct Place {
        let cost: Int
        let start: Int64
        let stream: Int32
        let slot: Int32
    }

    /// The largest first; those of one size by start, then session id, then stream.
    static func of(_ streams: [String: StreamState]) -> some Sequence<(stream: String, slot: Int32)> {
        let ids = streams.keys.sorted()
        let tables = ids.compactMap { streams[$0]?.windows }
        var places: [Place] = []
        for (stream, table) in tables.enumerated() {
            table.windows.forEach { slot, window in
                guard window.conversation.count > 0 else { return }
                places.append(
                    Place(
                        cost: window.conversation.cost, start: window.start, stream: Int32(stream), slot: slot))
            }
        }
        places.sort { a, b in
            if a.cost != b.cost { return a.cost > b.cost }
            if a.start != b.start { return a.start < b.start }
            let (x, y) = (
                tables[Int(a.stream)].sessionName(of: a.slot), tables[Int(b.stream)].sessionName(of: b.slot)
            )
            return x == y ? a.stream < b.stream : x < y
        }
        return places.lazy.map { (ids[Int($0.stream)], $0.slot) }
    }
}
