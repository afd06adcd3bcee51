/// Workspace records for people.
import Bytes
import Foundation
import Records

/// Formats records for a terminal. Whatever came from outside is escaped first.
public struct PrettyPrinter: Sendable {
    private let isColored: Bool

    public init(isColored: Bool) { self.isColored = isColored }

    /// Colours only where standard output is a terminal, and not under NO_COLOR (https://no-color.org).
    public static func forStandardOutput() -> PrettyPrinter {
        let environment = ProcessInfo.processInfo.environment
        let refused = !(environment["NO_COLOR"] ?? "").isEmpty || environment["TERM"] == "dumb"
        return PrettyPrinter(isColored: isatty(STDOUT_FILENO) == 1 && !refused)
    }

    /// Appends a record's text, newline included.
    public func write(_ record: WorkspaceRecord, to text: inout ByteWriter) {
        switch record {
        case .entry(let entry): write(entry, to: &text)
        case .setAside(let setAside): write(setAside, to: &text)
        case .feedback(let feedback): write(feedback, to: &text)
        }
    }

    /// Appends an entry as a block between two rules.
    public func write(_ entry: WorkspaceEntry, to text: inout ByteWriter) {
        let result = entry.result
        text.append(Self.rule)
        paint(.bold, &text) { text in
            text.append("🌐 GLOBAL WORKSPACE ENTRY - Session: ")
            text.append(terminalSafe: result.sessionID)
        }
        text.append("\n📅 Window: ")
        result.window.start.writeClock(to: &text)
        text.append(" - ")
        result.window.end.writeClock(to: &text)
        switch result.trigger {
        case .window: break
        case .turn: text.append(" (early answer)")
        case .size: text.append(" (part)")
        }
        if result.revision > 1 { text.append(" (revision \(result.revision))") }
        text.append("\n💬 Conversation Context (")
        text.appendDecimal(result.conversation.count)
        text.append(result.conversation.count == 1 ? " message):\n" : " messages):\n" as StaticString)
        result.conversation.forEach { message in
            text.append(message.sender == .rm ? "   RM: " : "   Customer: " as StaticString)
            text.append(indented: message.text)
            text.append(UInt8(ascii: "\n"))
        }
        write(entry.response, to: &text)
        if !entry.response.unsupported.isEmpty {
            paint(.yellow, &text) { text in
                text.append("⚠️ Nobody has said: ")
                text.append(terminalSafe: entry.response.unsupported.joined(separator: ", "))
            }
            text.append(UInt8(ascii: "\n"))
        }
        if entry.lost > 0 {
            paint(.yellow, &text) { $0.append("⚠️ Messages lost in this stream so far: \(entry.lost)") }
            text.append(UInt8(ascii: "\n"))
        }
        text.append(Self.rule)
    }

    private static let rule: StaticString =
        "================================================================================\n"

    private func write(_ response: Response, to text: inout ByteWriter) {
        switch response.status {
        case .generated:
            paint(.green, &text) { text in
                text.append("🤖 Quen Response: ")
                text.append(indented: response.text ?? "")
                if response.cutOff { text.append(" (cut off)") }
            }
        case .fallback:
            paint(.yellow, &text) { text in
                text.append("🤖 Fallback Response (")
                text.append(terminalSafe: response.reason ?? "")
                text.append("): ")
                text.append(indented: response.text ?? "")
            }
        case .superseded: text.append("🤖 No response: a newer window of the session was waiting")
        case .none:
            text.append("🤖 No response asked for")
            if let reason = response.reason {
                text.append(": ")
                text.append(terminalSafe: reason)
            }
        case .forgotten: text.append("🤖 Removed, with the messages")
        }
        text.append(UInt8(ascii: "\n"))
    }

    /// Appends a late or rejected record as one short line.
    public func write(_ record: SetAside, to text: inout ByteWriter) {
        text.append(record.kind == .late ? "⏰ Late: line " : "🚫 Rejected: line " as StaticString)
        text.appendDecimal(record.sequence)
        text.append(" of ")
        text.append(terminalSafe: record.stream)
        if let session = record.sessionID {
            text.append(", session ")
            text.append(terminalSafe: session)
        }
        text.append(": ")
        text.append(terminalSafe: record.reason)
        text.append(UInt8(ascii: "\n"))
    }

    /// Appends feedback as one short line.
    public func write(_ feedback: Feedback, to text: inout ByteWriter) {
        text.append("👤 Feedback: session ")
        text.append(terminalSafe: feedback.sessionID)
        text.append(", ")
        text.append(feedback.kind.rawValue)
        if let rating = feedback.rating { text.append(rating > 0 ? " as good" : " as bad" as StaticString) }
        if let actor = feedback.actor {
            text.append(" by ")
            text.append(terminalSafe: actor)
        }
        if let said = feedback.text ?? feedback.reason {
            text.append(": ")
            text.append(terminalSafe: said)
        }
        text.append(UInt8(ascii: "\n"))
    }

    private enum Style: String {
        case bold = "1"
        case green = "32"
        case yellow = "33"
    }

    private func paint(_ style: Style, _ text: inout ByteWriter, _ body: (inout ByteWriter) -> Void) {
        if isColored { text.append("\u{1B}[\(style.rawValue)m") }
        body(&text)
        if isColored { text.append("\u{1B}[0m") }
    }

    /// A record's text, newline included.
    public func text(_ record: WorkspaceRecord) -> String {
        var text = ByteWriter()
        write(record, to: &text)
        return text.withBytes { String(decoding: $0, as: UTF8.self) }
    }
}

extension ByteWriter {
    /// Appends text with its line breaks as such and the rest of it as ``Swift/String/terminalSafe`` makes it. Each line but the
    /// first is indented further than anything else in a block: nobody can fake a line of it.
    fileprivate mutating func append(indented text: String) {
        text.withBytes { append(indented: $0) }
    }

    fileprivate mutating func append(indented text: UnsafeRawBufferPointer) {
        var rest = text[...]
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            var line = rest[..<end]
            if line.last == UInt8(ascii: "\r") { line = line.dropLast() }
            append(terminalSafe: UnsafeRawBufferPointer(rebasing: line))
            append("\n      ")
            rest = rest[(end + 1)...]
        }
        append(terminalSafe: UnsafeRawBufferPointer(rebasing: rest))
    }
}
