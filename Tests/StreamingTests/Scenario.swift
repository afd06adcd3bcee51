/// A short way to write down what goes into an engine and what comes out.
import Chat
import Streaming
import Testing

let start = Timestamp("2025-01-23T14:30:00Z") ?? Timestamp(milliseconds: 0)

func at(_ seconds: Double) -> Timestamp {
    Timestamp(milliseconds: start.milliseconds + Int64((seconds * 1000).rounded()))
}

/// What happens to an engine. Times are in seconds after 2025-01-23T14:30:00Z.
enum Happening: Sendable {
    case says(Double, session: String, text: String, Sender)
    case time(Double)
    case idle
    case ended
}

/// The customer says something.
func says(_ time: Double, _ session: String, _ text: String) -> Happening {
    .says(time, session: session, text: text, .customer)
}

/// The relationship manager says something.
func answers(_ time: Double, _ session: String, _ text: String) -> Happening {
    .says(time, session: session, text: text, .rm)
}

extension Engine {
    /// Runs a scenario on one stream, each message a batch of its own.
    ///
    /// - Returns: a line for each action: `a 0-30: hello, bye` for a window, `late: hello`, `rejected: hello`.
    mutating func run(_ happenings: [Happening], stream: String = "s") -> [String] {
        var texts: [UInt64: String] = [:]
        var actions: [Action] = []
        var sequence: UInt64 = 0
        for happening in happenings {
            switch happening {
            case .says(let time, let session, let text, let sender):
                sequence += 1
                texts[sequence] = text
                var batch = MessageBatch(stream: stream)
                batch.append(
                    ChatMessage(timestamp: at(time), sender: sender, text: text, sequence: sequence),
                    sessionID: session)
                handle(.messages(batch), into: &actions)
            case .time(let seconds): handle(.time(stream: stream, reached: at(seconds)), into: &actions)
            case .idle: handle(.idle(stream: stream), into: &actions)
            case .ended: handle(.ended(stream: stream), into: &actions)
            }
        }
        return actions.map { action in
            switch action {
            case .result(let result): result.line
            case .late(let late): "late: \(texts[late.sequence] ?? "?")"
            case .rejected(let rejected): "rejected: \(texts[rejected.sequence] ?? "?")"
            }
        }
    }
}

extension WindowResult {
    /// `a 0-30: hello, bye`, the window in seconds after the scenario's start; with `#2` for its second result, what that
    /// supersedes, and `early` or `part` where it isn't the window's close.
    var line: String {
        var line = "\(sessionID) \(window.seconds)"
        switch trigger {
        case .window: break
        case .turn: line += " early"
        case .size: line += " part"
        }
        if revision > 1 { line += " #\(revision)" }
        if !supersedes.isEmpty {
            line += " for " + supersedes.map { "\($0.window.seconds) #\($0.revision)" }.joined(separator: " and ")
        }
        return line + ": " + conversation.messages.map(\.text).joined(separator: ", ")
    }
}

extension Window {
    fileprivate var seconds: String {
        func short(_ time: Timestamp) -> String {
            let seconds = Double(time.milliseconds - origin) / 1000
            return seconds == seconds.rounded() ? "\(Int(seconds))" : "\(seconds)"
        }
        return "\(short(self.start))-\(short(end))"
    }
}

private let origin = start.milliseconds
