/// What the model is asked.
import Chat
import Streaming

/// The question for a window.
public struct Prompt: Hashable, Sendable {
    /// A token is at least about this many bytes of the languages that banks' customers write; estimating low keeps a
    /// prompt inside the model's context, which Ollama would otherwise cut without a word.
    static let bytesPerToken = 3

    public let text: String
    /// The window alone was too long: its oldest messages aren't in the text.
    public let isCut: Bool

    /// - Parameters:
    ///   - messages: the window's messages, in order.
    ///   - history: the session's messages before the window, in order.
    ///   - budget: the most bytes that all of these may have in the prompt; the oldest are left out first.
    ///   - sessionID: for templates that name it, as are the window's bounds.
    public init(
        _ messages: [ChatMessage], history: [ChatMessage] = [], budget: Int = .max,
        template: PromptTemplate = .standard, sessionID: String = "", window: Window? = nil
    ) {
        var room = budget / template.copies
        let (newest, isCut) = Self.lines(messages, &room)
        let earlier = isCut ? [] : Self.lines(history, &room, mayBeCut: false).lines
        self.isCut = isCut
        text = template.filled { place in
            switch place {
            case .conversation: (earlier + newest).joined(separator: "\n")
            case .history: earlier.joined(separator: "\n")
            case .window: newest.joined(separator: "\n")
            case .sessionID: Self.oneLine(String(sessionID.prefix(200)))
            case .windowStart: window.map { "\($0.start)" } ?? ""
            case .windowEnd: window.map { "\($0.end)" } ?? ""
            }
        }
    }

    /// The newest messages for which there is room, oldest first, and whether some were left out.
    ///
    /// - Parameter mayBeCut: when there isn't even room for the newest, its end is taken.
    private static func lines(
        _ messages: [ChatMessage], _ room: inout Int, mayBeCut: Bool = true
    ) -> (lines: [String], isCut: Bool) {
        var lines: [String] = []
        for message in messages.reversed() {
            let line = line(message)
            guard line.utf8.count < room else {
                if mayBeCut && lines.isEmpty { lines.append(line.cut(to: room, behind: message.sender.title + ": ")) }
                return (lines.reversed(), true)
            }
            room -= line.utf8.count + 1
            lines.append(line)
        }
        return (lines.reversed(), false)
    }

    /// One message on one line: nobody can fake a turn by writing one into a message, as plain text or with the marks of a chat
    /// template.
    private static func line(_ message: ChatMessage) -> String { "\(message.sender.title): \(oneLine(message.text))" }

    private static func oneLine(_ text: String) -> String {
        var line = ""
        for scalar in Marks.broken(text).unicodeScalars {
            let breaksLines =
                scalar.properties.generalCategory == .control || ["\u{2028}", "\u{2029}"].contains(scalar)
            line.unicodeScalars.append(breaksLines ? " " : scalar)
        }
        return line
    }

    /// Whether a server has read much less than it was sent: it cuts a prompt that doesn't fit its context, without a word
    /// (https://github.com/ollama/ollama/issues/3839). Its count is held against four bytes a token, and only where the prompt
    /// is long enough for any context to be too small.
    ///
    /// - Parameter tokens: the server's count; servers leave it out when it is zero, and then nothing is known.
    static func wasCut(_ prompt: String, tokens: Int?) -> Bool {
        guard let tokens, tokens > 0 else { return false }
        let estimate = prompt.utf8.count / 4
        return estimate >= 1000 && tokens < estimate / 2
    }
}

extension String {
    /// The beginning, a mark, and so much of the end as there is room for.
    fileprivate func cut(to room: Int, behind beginning: String) -> String {
        var tail: [UnicodeScalar] = []
        var left = room - beginning.utf8.count - "…".utf8.count
        for scalar in unicodeScalars.reversed() {
            left -= UTF8.width(scalar)
            if left < 0 { break }
            tail.append(scalar)
        }
        var text = beginning + "…"
        text.unicodeScalars.append(contentsOf: tail.reversed())
        return text
    }
}
