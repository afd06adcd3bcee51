/// What comes out of the engine.
import Common

public enum Action: Sendable {
    /// A window is complete.
    case closed(ClosedWindow)
    /// A message is in no window, because all of its windows had closed.
    case late(LateMessage)
}

/// A window that has come out.
public struct ClosedWindow: Sendable, Equatable {
    public var stream: String
    public var sessionID: String
    public var window: Window
    /// 1 for the first result of a window.
    public var revision: Int
    public var trigger: Trigger
    /// The messages by timestamp, ties by arrival.
    public var conversation: Conversation

    public init(
        stream: String, sessionID: String, window: Window, revision: Int, trigger: Trigger, conversation: Conversation
    ) {
        self.stream = stream
        self.sessionID = sessionID
        self.window = window
        self.revision = revision
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

    public init(stream: String, sessionID: String, sequence: UInt64, timestamp: Timestamp, watermark: Timestamp) {
        self.stream = stream
        self.sessionID = sessionID
        self.sequence = sequence
        self.timestamp = timestamp
        self.watermark = watermark
    }
}
