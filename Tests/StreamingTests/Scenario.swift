/// A short way to write down what goes into an engine and what comes out.
import Common
import Streaming

/// A message: time in seconds after 2025-01-23T14:30:00Z, session, text.
struct Said {
    let time: Double
    let session: String
    let text: String

    init(_ time: Double, _ session: String, _ text: String) {
        self.time = time
        self.session = session
        self.text = text
    }
}

let start = Timestamp("2025-01-23T14:30:00Z") ?? Timestamp(milliseconds: 0)

func at(_ seconds: Double) -> Timestamp {
    Timestamp(milliseconds: start.milliseconds + Int64((seconds * 1000).rounded()))
}

/// What happens to an engine.
enum Happening {
    case says(Said)
    case time(Double)
    case ended
}

func says(_ time: Double, _ session: String, _ text: String) -> Happening { .says(Said(time, session, text)) }

extension Engine {
    /// Runs a scenario on one stream, each message a batch of its own.
    ///
    /// - Returns: a line for each action: `a 0-30: hello, bye` for a window, `late: hello` for a late message.
    mutating func run(_ happenings: [Happening], stream: String = "s") -> [String] {
        var texts: [UInt64: String] = [:]
        var actions: [Action] = []
        var sequence: UInt64 = 0
        for happening in happenings {
            switch happening {
            case .says(let said):
                sequence += 1
                texts[sequence] = said.text
                var batch = MessageBatch(stream: stream)
                batch.append(
                    ChatMessage(timestamp: at(said.time), sender: .customer, text: said.text, sequence: sequence),
                    sessionID: said.session)
                handle(.messages(batch), into: &actions)
            case .time(let seconds): handle(.time(stream: stream, reached: at(seconds)), into: &actions)
            case .ended: handle(.ended(stream: stream), into: &actions)
            }
        }
        return actions.map { action in
            switch action {
            case .closed(let closed): closed.line
            case .late(let late): "late: \(texts[late.sequence] ?? "?")"
            }
        }
    }
}

extension ClosedWindow {
    /// `a 0-30: hello, bye`, the window in seconds after the scenario's start.
    var line: String {
        let from = Double(window.start.milliseconds - start.milliseconds) / 1000
        let to = Double(window.end.milliseconds - start.milliseconds) / 1000
        return "\(sessionID) \(from.short)-\(to.short): \(conversation.messages.map(\.text).joined(separator: ", "))"
    }
}

extension Double {
    fileprivate var short: String { self == rounded() ? "\(Int(self))" : "\(self)" }
}
