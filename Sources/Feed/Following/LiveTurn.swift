/// How much of one live socket is taken in one go.

/// What an endpoint has taken of its turn. Then the others have theirs, and whether there is room is looked at again. Pure.
struct LiveTurn {
    private static let messages = 4096
    private static let bytes = 4 << 20
    /// Control counts as so many bytes: to read it costs many times what a record does, and whoever sends nothing else must not
    /// take the others' time.
    private static let costOfControl = 32 << 10

    private var messages = 0
    private var bytes = 0

    var isOver: Bool { messages >= Self.messages || bytes >= Self.bytes }

    @inline(__always)
    mutating func take(_ message: LiveMessage) {
        messages += 1
        bytes += message.payload.count + (message.isControl ? Self.costOfControl : 0)
    }
}
