/// Records to write, read and print.
import Chat
import Records
import Streaming

extension WorkspaceEntry {
    /// The first window of `abc123` in messages.jsonl.
    public static func sample(
        stream: String = "stream-1", sessionID: String = "abc123", revision: Int = 1,
        window: Window = .sample, supersedes: [WindowResult.Superseded] = [], trigger: Trigger = .window,
        conversation: Conversation = .sample,
        response: Response = Response(
            status: .generated, text: "How long have you had it?", model: "qwen:32b", responder: "ollama",
            promptTokens: 120, completionTokens: 7),
        timing: Timing = Timing(queued: 3, firstToken: 250, total: 900), lost: UInt64 = 0
    ) -> WorkspaceEntry {
        WorkspaceEntry(
            WindowResult(
                stream: stream, sessionID: sessionID, window: window, revision: revision, supersedes: supersedes,
                trigger: trigger, conversation: conversation),
            response: response, timing: timing, lost: lost)
    }

    public func json(sequence: UInt64 = 1, time: Timestamp = Timestamp(milliseconds: 0)) -> [UInt8] {
        JSONWriter.bytes { write(to: &$0, sequence: sequence, time: time) }
    }
}

extension SetAside {
    public static func sample(
        _ kind: Kind, stream: String = "stream-1", sequence: UInt64 = 17, sessionID: String? = "abc123",
        line: String = "{}", reason: String = "because"
    ) -> SetAside {
        SetAside(kind: kind, stream: stream, sequence: sequence, sessionID: sessionID, line: line, reason: reason)
    }

    public func json(sequence: UInt64 = 1, time: Timestamp = Timestamp(milliseconds: 0)) -> [UInt8] {
        JSONWriter.bytes { write(to: &$0, sequence: sequence, time: time) }
    }
}

extension Window {
    public static let sample = Window(
        kind: .tumbling, start: Timestamp(milliseconds: 1_737_642_600_000),
        end: Timestamp(milliseconds: 1_737_642_630_000))
}

extension Conversation {
    public static let sample = Conversation([
        ChatMessage(
            timestamp: Timestamp(milliseconds: 1_737_642_600_000), sender: .customer,
            text: "Hi, I'm interested in refinancing my loan.", sequence: 1),
        ChatMessage(
            timestamp: Timestamp(milliseconds: 1_737_642_610_000), sender: .rm,
            text: "Hello! I'd be happy to help you with refinancing. What's your current loan situation?", sequence: 3),
        ChatMessage(
            timestamp: Timestamp(milliseconds: 1_737_642_620_000), sender: .customer,
            text: "I have a 30-year fixed mortgage at 4.5% interest rate.", sequence: 6),
    ])

    /// One message of the customer's.
    public static func saying(_ text: String) -> Conversation {
        Conversation([
            ChatMessage(
                timestamp: Timestamp(milliseconds: 1_737_642_600_000), sender: .customer, text: text, sequence: 1)
        ])
    }
}

extension ChatMessage {
    public static func customer(_ text: String) -> ChatMessage { message(.customer, text) }

    public static func rm(_ text: String) -> ChatMessage { message(.rm, text) }

    private static func message(_ sender: Sender, _ text: String) -> ChatMessage {
        // The number in the text is the message's own: `7` comes after `A6`.
        let number = UInt64(text.filter(\.isNumber)) ?? 1
        return ChatMessage(
            timestamp: Timestamp(milliseconds: Int64(number)), sender: sender, text: text, sequence: number)
    }
}

extension SessionKey {
    public static func of(_ id: String) -> SessionKey { SessionKey(stream: "test", id: id) }
}
