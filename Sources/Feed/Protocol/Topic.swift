/// The first frame of a live record: what it is about.
import Bytes

/// Topics of the feed: a family (`message/`, `workspace/`, …) and, where it has one, the session.
public enum Topic {
    /// Longest topic, in bytes. libzmq 4.3.4 corrupts subscriptions of 246 to 255 bytes (mended in 4.3.5), and a topic
    /// must be something that one can subscribe to.
    public static let limit = 200

    public static let control = "control"
    public static let rejected = "rejected"
    public static let message = "message/"
    public static let workspace = "workspace/"
    public static let late = "late/"
    public static let token = "token/"
    public static let asked = "asked/"
    public static let feedback = "feedback/"
    public static let status = "status"

    /// Replaces `topic` by `family` and the session.
    public static func write(_ family: StaticString, _ sessionID: UnsafeRawBufferPointer, to topic: inout [UInt8]) {
        topic.removeAll(keepingCapacity: true)
        append(family, sessionID, to: &topic)
    }

    /// Appends the topic of a family and a session.
    public static func append(_ family: StaticString, _ sessionID: String, to topics: inout [UInt8]) {
        sessionID.withBytes { append(family, $0, to: &topics) }
    }

    /// Appends a topic. A session that makes it too long is cut, between characters, and marked with a hash of the
    /// whole: `message/long-name…~0123456789abcdef`.
    private static func append(
        _ family: StaticString, _ sessionID: UnsafeRawBufferPointer, to topic: inout [UInt8]
    ) {
        family.withUTF8Buffer { topic.append(contentsOf: $0) }
        let room = limit - family.utf8CodeUnitCount
        if sessionID.count <= room {
            topic.append(contentsOf: sessionID)
            return
        }
        let mark = "~" + Fingerprint.of(sessionID)
        var end = room - mark.utf8.count
        while end > 0 && sessionID[end] & 0xC0 == 0x80 { end -= 1 }
        topic.append(contentsOf: sessionID[..<end])
        topic.append(contentsOf: mark.utf8)
    }

    /// The topic of a family and a session.
    public static func make(_ family: StaticString, _ sessionID: String) -> [UInt8] {
        var topic: [UInt8] = []
        append(family, sessionID, to: &topic)
        return topic
    }
}
