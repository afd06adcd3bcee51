/// Workspace records for people.
import Foundation

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

    /// The text of a record, newline included.
    public func text(_ record: WorkspaceRecord) -> String {
        switch record {
        case .entry(let entry): text(entry)
        case .setAside(let setAside): text(setAside)
        }
    }

    /// An entry as a block between two rules.
    public func text(_ entry: WorkspaceEntry) -> String {
        let rule = String(repeating: "=", count: 80)
        let revision = entry.revision > 1 ? " (revision \(entry.revision))" : ""
        let messages = entry.conversation.count == 1 ? "1 message" : "\(entry.conversation.count) messages"
        var lines = [
            rule,
            paint(.bold, "🌐 GLOBAL WORKSPACE ENTRY - Session: \(entry.sessionID.terminalSafe)"),
            "📅 Window: \(entry.window.start.clock) - \(entry.window.end.clock)\(revision)",
            "💬 Conversation Context (\(messages)):",
        ]
        lines += entry.conversation.messages.map { "   \($0.sender.title): \($0.text.terminalSafe)" }
        lines.append(text(entry.response))
        if entry.lost > 0 { lines.append(paint(.yellow, "⚠️ Messages lost in this stream so far: \(entry.lost)")) }
        lines.append(rule)
        return lines.joined(separator: "\n") + "\n"
    }

    private func text(_ response: Response) -> String {
        let answer = (response.text ?? "").terminalSafe
        return switch response.status {
        case .generated: paint(.green, "🤖 Quen Response: \(answer)")
        case .fallback: paint(.yellow, "🤖 Fallback Response (\((response.reason ?? "").terminalSafe)): \(answer)")
        case .none: "🤖 No response asked for"
        }
    }

    /// A late or rejected record as one short line.
    public func text(_ record: SetAside) -> String {
        let what = record.kind == .late ? "⏰ Late" : "🚫 Rejected"
        let session = record.sessionID.map { ", session \($0.terminalSafe)" } ?? ""
        return "\(what): line \(record.sequence) of \(record.stream.terminalSafe)\(session): \(record.reason.terminalSafe)\n"
    }

    private enum Style: String {
        case bold = "1"
        case green = "32"
        case yellow = "33"
    }

    private func paint(_ style: Style, _ text: String) -> String {
        isColored ? "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m" : text
    }
}
