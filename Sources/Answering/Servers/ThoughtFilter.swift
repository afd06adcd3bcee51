/// Keeping a model's thoughts from those who wait for its answer.
import Foundation

/// Cuts a leading `<think>…</think>`, or all before a lone `</think>`, out of an answer that comes in pieces
/// (https://github.com/ollama/ollama/issues/18044).
struct ThoughtFilter {
    private static let opening = "<think>"
    private static let closing = "</think>"

    private enum State {
        /// So far nothing but white space and the beginning of the opening mark.
        case beginning(String)
        /// In thoughts; the end of what came, which may be the beginning of the closing mark.
        case thinking(String)
        /// In the answer, as it seems; the end of what came.
        case answering(String)
        /// In the answer, behind thoughts; nothing but white space has come.
        case answerBegins
        /// In the answer, behind thoughts.
        case answerFollows
    }

    private var state = State.beginning("")

    /// What of the next piece may be shown.
    mutating func process(_ piece: String) -> [AnswerPiece] {
        switch state {
        case .beginning(let held):
            let text = String((held + piece).drop { $0.isWhitespace })
            if text.hasPrefix(Self.opening) {
                state = .thinking("")
                return process(String(text.dropFirst(Self.opening.count)))
            }
            if Self.opening.hasPrefix(text) {
                state = .beginning(text)
                return []
            }
            state = .answering("")
            return process(text)
        case .thinking(let tail):
            let text = tail + piece
            guard let end = text.range(of: Self.closing) else {
                state = .thinking(String(text.suffix(Self.closing.count - 1)))
                return []
            }
            state = .answerBegins
            return process(String(text[end.upperBound...]))
        case .answering(let tail):
            let text = tail + piece
            guard let end = text.range(of: Self.closing) else {
                state = .answering(String(text.suffix(Self.closing.count - 1)))
                return piece.isEmpty ? [] : [.token(piece)]
            }
            // What has been shown were thoughts.
            state = .answerBegins
            return [.startOver] + process(String(text[end.upperBound...]))
        case .answerBegins:
            let text = String(piece.drop { $0.isWhitespace })
            guard !text.isEmpty else { return [] }
            state = .answerFollows
            return [.token(text)]
        case .answerFollows: return piece.isEmpty ? [] : [.token(piece)]
        }
    }

    /// A whole answer without its thoughts.
    static func answer(in text: String) -> String {
        var answer = text
        if let end = text.range(of: closing) {
            answer = String(text[end.upperBound...])
        } else if text.drop(while: \.isWhitespace).hasPrefix(opening) {
            // They never came to an end: all of it is thought.
            answer = ""
        }
        return answer.trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
