/// A message as it comes from a live socket.

/// The frames of a message from a live socket, valid for a call.
struct LiveMessage {
    /// How many there were.
    let frames: Int
    let topic: UnsafeRawBufferPointer
    let payload: UnsafeRawBufferPointer
    let position: UnsafeRawBufferPointer
}

extension UnsafeRawBufferPointer {
    /// A longer beginning isn't a topic.
    private static let longestTopic = 300

    /// What stands behind a topic that was put into the same frame, as `socket.send("message/s {…}")` does; all of it where none
    /// is there.
    var behindTopic: UnsafeRawBufferPointer {
        let beginning = prefix(Self.longestTopic)
        guard let brace = beginning.firstIndex(of: UInt8(ascii: "{")), brace > 0, self[brace - 1] == 0x20,
            !beginning[..<brace].contains(UInt8(ascii: "\""))
        else { return self }
        return UnsafeRawBufferPointer(rebasing: self[brace...])
    }
}
