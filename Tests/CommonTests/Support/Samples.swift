/// Records to write, read and print.
import Common

extension WorkspaceEntry {
    /// The first window of `abc123` in messages.jsonl.
    static func sample(
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

    func json(sequence: UInt64 = 1, time: Timestamp = Timestamp(milliseconds: 0)) -> [UInt8] {
        JSONWriter.bytes { write(to: &$0, sequence: sequence, time: time) }
    }
}

extension SetAside {
    static func sample(
        _ kind: Kind, stream: String = "stream-1", sequence: UInt64 = 17, sessionID: String? = "abc123",
        line: String = "{}", reason: String = "because"
    ) -> SetAside {
        SetAside(kind: kind, stream: stream, sequence: sequence, sessionID: sessionID, line: line, reason: reason)
    }

    func json(sequence: UInt64 = 1, time: Timestamp = Timestamp(milliseconds: 0)) -> [UInt8] {
        JSONWriter.bytes { write(to: &$0, sequence: sequence, time: time) }
    }
}

extension Window {
    static let sample = Window(
        kind: .tumbling, start: Timestamp(milliseconds: 1_737_642_600_000),
        end: Timestamp(milliseconds: 1_737_642_630_000))
}

extension Conversation {
    static let sample = Conversation([
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
    static func saying(_ text: String) -> Conversation {
        Conversation([
            ChatMessage(
                timestamp: Timestamp(milliseconds: 1_737_642_600_000), sender: .customer, text: text, sequence: 1)
        ])
    }
}

extension PrettyPrinter {
    func text(_ entry: WorkspaceEntry) -> String { text(.entry(entry)) }
    func text(_ setAside: SetAside) -> String { text(.setAside(setAside)) }
}
