/// What the producer counts.

struct Counts: Sendable, CustomStringConvertible {
    /// Lines published, unreadable ones included.
    var published = 0
    /// Of those, lines that aren't messages.
    var unreadable = 0
    /// Lines over the limit, not published.
    var tooLong = 0

    /// Whether there was nothing to publish.
    var isEmpty: Bool { published + tooLong == 0 }

    var hasMessages: Bool { unreadable < published }

    var description: String {
        "published \(published) lines (\(published - unreadable) messages, \(unreadable) not readable as messages), "
            + "left out \(tooLong) over the length limit"
    }
}
