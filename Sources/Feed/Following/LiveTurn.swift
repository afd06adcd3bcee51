/// How much of one live socket is taken in one go.

/// What an endpoint has taken of its turn. Then the others have theirs, and whether there is room is looked at again. Pure.
struct LiveTurn {
    private static let messages = 4096
    private static let bytes = 4 << 20

    private var messages = 0
    private var bytes = 0

    /// Now and then: whether to go on.
    var isTimeToLook: Bool { messages % 256 == 0 }

    var isOver: Bool { messages >= Self.messages || bytes >= Self.bytes }

    @inline(__always)
    mutating func count(_ message: LiveMessage) {
        messages += 1
        bytes += message.payload.count
    }
}
