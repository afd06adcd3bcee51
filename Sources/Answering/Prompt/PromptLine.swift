/// A message as it stands in a prompt.
import Chat

/// One message on one line: nobody can fake a turn by writing one into a message, as plain text or with the marks of a chat
/// template.
struct PromptLine: Hashable, Sendable {
    let sender: Sender
    let text: String

    init(_ message: ChatMessage) { self.init(sender: message.sender, text: Self.oneLine(message.text)) }

    private init(sender: Sender, text: String) {
        self.sender = sender
        self.text = text
    }

    /// With who says it in front.
    var titled: String { "\(sender.title): \(text)" }

    /// In bytes, with the line break.
    var size: Int { Self.size(sender, text) }

    /// About what a message's line takes, in bytes; exactly that where nothing in it has to be changed.
    static func size(of message: ChatMessage) -> Int { size(message.sender, message.text) }

    private static func size(_ sender: Sender, _ text: String) -> Int {
        sender.title.utf8.count + ": ".utf8.count + text.utf8.count + 1
    }

    /// Without what breaks lines or drives terminals, and with marks of templates broken up.
    static func oneLine(_ text: String) -> String {
        var line = ""
        for scalar in Marks.broken(text).unicodeScalars {
            let breaksLines =
                scalar.properties.generalCategory == .control || ["\u{2028}", "\u{2029}"].contains(scalar)
            line.unicodeScalars.append(breaksLines ? " " : scalar)
        }
        return line
    }

    /// A mark, and so much of the end as there is room for, in bytes.
    func cut(to room: Int) -> PromptLine {
        let mark = "…"
        var tail: [UnicodeScalar] = []
        var left = room - Self.size(sender, mark) + 1
        for scalar in text.unicodeScalars.reversed() {
            left -= UTF8.width(scalar)
            if left < 0 { break }
            tail.append(scalar)
        }
        var text = mark
        text.unicodeScalars.append(contentsOf: tail.reversed())
        return PromptLine(sender: sender, text: text)
    }
}
