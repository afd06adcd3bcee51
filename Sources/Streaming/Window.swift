/// A stretch of event time.
import Chat

/// How windows are cut.
public enum WindowKind: String, Hashable, Sendable, Codable, CaseIterable {
    case tumbling, sliding, session

    package var name: StaticString {
        switch self {
        case .tumbling: "tumbling"
        case .sliding: "sliding"
        case .session: "session"
        }
    }
}

/// One window: half-open, `[start, end)`.
public struct Window: Hashable, Sendable {
    public var kind: WindowKind
    public var start: Timestamp
    public var end: Timestamp

    public init(kind: WindowKind, start: Timestamp, end: Timestamp) {
        self.kind = kind
        self.start = start
        self.end = end
    }
}

/// What made a window come out.
public enum Trigger: String, Hashable, Sendable, Codable, CaseIterable {
    /// The watermark passed its end.
    case window
    /// The customer had spoken and then nobody did.
    case turn
    /// There was no room for more: what comes after is in results of its own, which don't replace this one.
    case size

    package var name: StaticString {
        switch self {
        case .window: "window"
        case .turn: "turn"
        case .size: "size"
        }
    }
}
