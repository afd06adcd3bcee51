/// What goes into the engine.
import Chat

/// Everything that moves event time. The engine knows no other clock.
public enum Event: Sendable {
    /// The next messages of a stream.
    case messages(MessageBatch)
    /// A stream's clock has reached a time, with or without messages.
    case time(stream: String, reached: Timestamp)
    /// Nothing has been heard of a stream for so long that its open windows aren't waited for any more.
    case idle(stream: String)
    /// No message of the stream will follow.
    case ended(stream: String)
}
