/// What the model is asked.
import Common

/// The question for a window.
enum Prompt {
    /// A token is at least about this many bytes of the languages that banks' customers write; estimating low keeps a
    /// prompt inside the model's context, which Ollama would otherwise cut without a word.
    static let bytesPerToken = 3

    /// - Parameters:
    ///   - messages: the window's messages, in order.
    ///   - history: the session's messages before the window, in order.
    ///   - budget: the most bytes the earlier messages may make the prompt; the oldest are left out first.
    static func text(_ messages: [ChatMessage], history: [ChatMessage] = [], budget: Int = .max) -> String {
        let lines = messages.map(line)
        var room = budget - lines.reduce(0) { $0 + $1.utf8.count + 1 }
        var earlier: [String] = []
        for message in history.reversed() {
            let line = line(message)
            room -= line.utf8.count + 1
            if room < 0 { break }
            earlier.append(line)
        }
        let conversation = (earlier.reversed() + lines).joined(separator: "\n")
        return """
            The following is a conversation between a Relationship Manager and a Customer:

            \(conversation)

            Based on the above window of conversation, what should the RM say next? Please provide a natural, helpful \
            response that continues the conversation appropriately.
            """
    }

    /// One message on one line: nobody can fake a turn by writing one into a message.
    private static func line(_ message: ChatMessage) -> String {
        var text = "\(message.sender.title): "
        for scalar in message.text.unicodeScalars {
            let breaksLines =
                scalar.properties.generalCategory == .control || ["\u{2028}", "\u{2029}"].contains(scalar)
            text.unicodeScalars.append(breaksLines ? " " : scalar)
        }
        return text
    }
}
