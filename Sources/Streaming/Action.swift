/// What comes out of the engine.
import Common

public enum Action: Sendable {
    /// A window has a result: its last one, an early one, or one that replaces an earlier one.
    case result(WindowResult)
    /// A message is in no window, because all of its windows had closed.
    case late(LateMessage)
    /// A message is in no window, because its time can't be believed.
    case rejected(RejectedMessage)
}

/// What is in a window at the moment at which it comes out.
public struct WindowResult: Sendable, Equatable {
    public var stream: String
    public var sessionID: String
    public var window: Window
    /// 1 for the first result of a window, then one more each time it comes out again.
    public var revision: Int
    /// The results that this one replaces: the one before, or, where session windows have merged, the last of each.
    public var supersedes: [Superseded]
    public var trigger: Trigger
    /// The messages by timestamp, ties by arrival.
    public var conversation: Conversation

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
        trigger: Trigger, conversation: Conversation
    ) {
        self.stream = stream
        self.sessionID = sessionID
        self.window = window
        self.revision = revision
        self.supersedes = supersedes
        self.trigger = trigger
        self.conversation = conversation
    }
}

/// A message that came after its windows had closed.
public struct LateMessage: Sendable, Equatable {
    public var stream: String
    public var sessionID: String
    public var sequence: UInt64
    public var timestamp: Timestamp
    /// How far the stream's event time had come.
    public var watermark: Timestamp
}

/// A message from the future that the next one didn't confirm.
public struct RejectedMessage: Sendable, Equatable {
    public var stream: String
    public var sessionID: String
    public var sequence: UInt64
    public var timestamp: Timestamp
    /// How far the stream had come when the message arrived.
    public var reached: Timestamp
}
