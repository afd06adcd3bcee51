/// What is shown, and how.
import Access
import Feed

public struct ShowOptions: Sendable {
    /// What is shown of answers that are being written.
    public enum Unfinished: Sendable {
        case nothing
        /// Which there are, and how far they are, in a line at the bottom.
        case status
        /// Their text as it comes.
        case text
    }

    public var endpoints: [String]
    public var start: Start
    /// nil: all sessions.
    public var session: String?
    public var isJSON: Bool
    public var unfinished: Unfinished
    /// Ends when everything that could come out so far has been shown.
    public var exitOnEnd: Bool
    /// By which consumers are known; nil: whoever listens is believed.
    public var keys: Keyring?

    public init(
        endpoints: [String], start: Start, session: String? = nil, isJSON: Bool = false,
        unfinished: Unfinished = .nothing, exitOnEnd: Bool = false, keys: Keyring? = nil
    ) {
        self.endpoints = endpoints
        self.start = start
        self.session = session
        self.isJSON = isJSON
        self.unfinished = unfinished
        self.exitOnEnd = exitOnEnd
        self.keys = keys
    }
}

/// What has been shown.
public struct ShowCounts: Sendable {
    public internal(set) var shown = 0
    /// Records of other sessions, and those that can't be read.
    public internal(set) var passedOver = 0
    public internal(set) var lost: UInt64 = 0
}

/// How showing has ended.
public enum ShowEnd: Sendable {
    /// Asked to stop, or everything has been shown.
    case done
    /// Nobody reads standard output any more.
    case notRead
}
