/// One message of a chat.

/// Who wrote a message.
public enum Sender: UInt8, Hashable, Sendable, CaseIterable {
    case customer
    case rm

    /// The name in the input and in entries.
    public var name: StaticString {
        switch self {
        case .customer: "customer"
        case .rm: "rm"
        }
    }

    /// The name as people read it, on the console and in prompts.
    public var title: String {
        switch self {
        case .customer: "Customer"
        case .rm: "RM"
        }
    }
}

/// One message of a window, as the model stage and people want it; the hot path keeps messages packed in a ``Conversation``.
public struct ChatMessage: Hashable, Sendable {
    public var timestamp: Timestamp
    public var sender: Sender
    public var text: String
    /// The message's number in its stream, from 1.
    public var sequence: UInt64

    public init(timestamp: Timestamp, sender: Sender, text: String, sequence: UInt64) {
        self.timestamp = timestamp
        self.sender = sender
        self.text = text
        self.sequence = sequence
    }
}
