/// What comes out of the engine for a window.
import Chat

/// What is in a window at the moment at which it comes out. Nothing in it changes any more, so it goes from hand to hand
/// without being copied.
public final class WindowResult: Sendable {
    public let stream: String
    public let sessionID: String
    public let window: Window
    /// 1 for the first result of a window, then one more each time it comes out again.
    public let revision: Int
    /// The results that this one replaces: none for a window's first and for the first behind a part
    /// (``Trigger/size``), the one before, or, where session windows have merged, the last of each.
    public let supersedes: [Superseded]
    public let trigger: Trigger
    /// The messages by timestamp, ties by arrival.
    public let conversation: Conversation

    /// Results that one may replace: each is named in it, by an id of some hundred bytes to some thousand.
    package static let mostReplaced = 1000

    /// An earlier result of the same window. A session window may have had other bounds then.
    public struct Superseded: Sendable, Equatable {
        public var window: Window
        public var revision: Int

        public init(window: Window, revision: Int) {
            self.window = window
            self.revision = revision
        }
    }

    public init(
        stream: String, sessionID: String, window: Window, revision: Int, supersedes: [Superseded] = [],
        trigger: Trigger, conversation: consuming Conversation
    ) {
        self.stream = stream
        self.sessionID = sessionID
        self.window = window
        self.revision = revision
        self.supersedes = supersedes
        self.trigger = trigger
        self.conversation = conversation
    }

    /// What it takes, in bytes, roughly.
    public var size: Int { 512 + conversation.size }
}

extension WindowResult: Equatable {
    public static func == (a: WindowResult, b: WindowResult) -> Bool {
        (a.stream, a.sessionID, a.window, a.revision, a.trigger)
            == (b.stream, b.sessionID, b.window, b.revision, b.trigger)
            && a.supersedes == b.supersedes && a.conversation == b.conversation
    }
}
