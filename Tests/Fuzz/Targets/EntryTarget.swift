/// Records of the workspace, as a subscriber gets them from whoever publishes.
import Chat
import Records
import Streaming
import Terminal
import TestSupport

extension FuzzTarget {
    static let entry = FuzzTarget(
        "entry",
        words: [
            "\"type\"", "\"data\"", "\"messages\"", "\"supersedes\"", "\"also_supersedes\"", "\"response\"",
            "\"timing\"",
            "\"window\"", "null", "generated", "superseded", "-9223372036854775808", "+10000-01-01T", "-0001-12-31T",
            "\"raw\"", "\"unsupported\"", "\"tokens_per_s\"", "\"finish_reason\"", "%2F", "\\u001b[2J", "\\u009b",
            "\\u202e",
        ]
    ) {
        SampleRecords.all.map { record in JSONWriter.bytes { record.write(to: &$0, sequence: 1, time: .sample) } }
    } reader: {
        let printer = PrettyPrinter(isColored: false)
        return .direct { input in
            guard let record = try? WorkspaceRecord(json: Array(input)) else { return nil }
            let written = JSONWriter.bytes { record.write(to: &$0, sequence: 1, time: .sample) }
            guard let again = try? WorkspaceRecord(json: written) else {
                throw Finding("a record isn't read back: \(written.shown)")
            }
            let twice = JSONWriter.bytes { again.write(to: &$0, sequence: 1, time: .sample) }
            try Finding.unless(twice == written, "a record is read back as another: \(written.shown)")
            try Finding.unless(!written.hasControls(but: nil), "a terminal is driven: \(written.shown)")
            let text = Array(printer.text(record).utf8)
            try Finding.unless(!text.hasControls(but: "\n"), "a terminal is driven: \(text.shown)")
            return written
        }
    }
}

extension [UInt8] {
    /// Whether text has control characters in it, C1 among them.
    fileprivate func hasControls(but allowed: Unicode.Scalar?) -> Bool {
        String(decoding: self, as: UTF8.self).unicodeScalars
            .contains { $0.properties.generalCategory == .control && $0 != allowed }
    }
}

/// Records with everything in them that a record can have.
enum SampleRecords {
    static let window = Window(
        kind: .session, start: Timestamp(milliseconds: -5), end: Timestamp(milliseconds: 1_737_642_630_000))

    static let result = WindowResult(
        stream: "chats", sessionID: "Ä/\"1\"", window: window, revision: 3,
        supersedes: [.init(window: window, revision: 2), .init(window: window, revision: 1)], trigger: .turn,
        conversation: Conversation([
            ChatMessage(timestamp: .sample, sender: .customer, text: "Hello\n\u{1F600}", sequence: 1),
            ChatMessage(timestamp: .sample, sender: .rm, text: "", sequence: 2),
        ]))

    static let all: [WorkspaceRecord] = [
        .entry(
            WorkspaceEntry(
                result,
                response: Response(
                    status: .generated, text: "Say \"yes\u{1B}[2J\u{9B}2J\".", reason: "because", model: "qwen:32b",
                    responder: "ollama",
                    promptTokens: 12, completionTokens: 0, truncated: true),
                timing: Timing(queued: 1, firstToken: 0, total: 3), lost: .max)),
        .entry(WorkspaceEntry(result, response: .none)),
        .entry(
            WorkspaceEntry(
                result,
                response: Response(
                    status: .generated, text: "4.2%.", model: "qwen:32b", responder: "openai", truncated: true,
                    cutOff: true, trimmed: true, raw: "RM: 4.2%.\nCustomer: \u{1B}[2J", unsupported: ["4.2%"],
                    masked: ["iban"]),
                timing: Timing(queued: 1, firstToken: 2, total: 30, tokensPerSecond: 12.3))),
        .setAside(
            SetAside(kind: .late, stream: "chats", sequence: 7, sessionID: "a", line: "{\"x\"}", reason: "late")),
        .setAside(SetAside(kind: .rejected, stream: "", sequence: .max, sessionID: nil, line: "\u{FFFD}", reason: "")),
    ]
}

extension Timestamp {
    static let sample = Timestamp(milliseconds: 1_737_642_600_123)
}
