/// The form of a line of the log.
import ArgumentParser
import Bytes
import Chat
import Foundation
import Logging

/// How lines are written.
public enum LogFormat: String, Choice, Sendable {
    /// `TIME LEVEL program: message key=value …`, to be read.
    case text
    /// `time=… level=… program=… msg="…" key=value …` (https://brandur.org/logfmt).
    case logfmt
    /// One JSON object a line.
    case json
}

/// One line of the log. What comes from outside can't end it, and can't drive a terminal that shows it.
struct LogLine {
    let level: Logger.Level
    let program: String
    let message: String
    /// What it is about, by name: `stream`, `session`, `window`, `server`.
    var fields: [(key: String, value: String)] = []

    /// As it is written.
    ///
    /// - Parameter isForJournal: a prefix says how important it is (sd-daemon(3)), and journald adds the time itself.
    func bytes(_ format: LogFormat, isForJournal: Bool, at time: Timestamp) -> [UInt8] {
        let text =
            switch format {
            case .text: isForJournal ? plain : "\(time) \(level.rawValue.uppercased()) \(plain)"
            case .logfmt: logfmt(time)
            case .json: json(time)
            }
        return Array("\(isForJournal ? "<\(level.journalPriority)>" : "")\(text)\n".utf8)
    }

    /// What the message says already isn't said twice.
    private var plain: String {
        let more = fields.filter { !message.contains($0.value) }.map { " \($0.key)=\($0.value)" }
        return (program + ": " + message + more.joined()).terminalSafe
    }

    private func all(_ time: Timestamp, messageKey: String) -> [(key: String, value: String)] {
        [("time", "\(time)"), ("level", level.rawValue), ("program", program), (messageKey, message)] + fields
    }

    private func logfmt(_ time: Timestamp) -> String {
        all(time, messageKey: "msg").map { key, value in
            let isWord =
                !value.isEmpty
                && value.unicodeScalars.allSatisfy {
                    $0.value > 0x20 && !$0.drivesTerminals && !"\"=\\".unicodeScalars.contains($0)
                }
            return "\(key)=\(isWord ? value : value.quoted)"
        }.joined(separator: " ")
    }

    private func json(_ time: Timestamp) -> String {
        let pairs = all(time, messageKey: "message").map { key, value in key.quoted + ":" + value.quoted }
        return "{" + pairs.joined(separator: ",") + "}"
    }
}

extension Logger.Level {
    /// The importance as syslog(3) counts it.
    fileprivate var journalPriority: Int {
        switch self {
        case .trace, .debug: 7
        case .info: 6
        case .notice: 5
        case .warning: 4
        case .error: 3
        case .critical: 2
        }
    }
}
