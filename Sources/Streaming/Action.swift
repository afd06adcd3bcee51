/// What comes out of the engine.
import Chat

public enum Action: Sendable {
    /// A window has a result: its last one, an early one, or one that replaces an earlier one.
    case result(WindowResult)
    /// A message is in no window, because all of its windows had closed.
    case late(LateMessage)
    /// A message is in no window, because its time can't be believed.
    case rejected(RejectedMessage)
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
