/// Noticing that nothing in an input is a message.
import Chat

/// Looks at an input's first lines, and says once why there is no message among them. Pure.
struct FirstLines {
    /// So many lines without a message aren't an accident.
    private static let looked = 100
    /// More senders aren't shown.
    private static let sendersShown = 8

    private let name: String
    private var count = 0
    private var first: (rejection: Rejection, option: String?)?
    private var senders: [String] = []
    private var isDone = false

    /// - Parameter name: what the input is called.
    init(of name: String) { self.name = name }

    /// Notes a line.
    ///
    /// - Parameters:
    ///   - line: as it is published.
    ///   - rejection: why it is no message; nil where it is one.
    /// - Returns: what is to be said now.
    @inline(__always)
    mutating func note(_ line: UnsafeRawBufferPointer, _ rejection: Rejection?) -> String? {
        isDone ? nil : look(line, rejection)
    }

    private mutating func look(_ line: UnsafeRawBufferPointer, _ rejection: Rejection?) -> String? {
        guard let rejection else {
            isDone = true
            return nil
        }
        count += 1
        if first == nil { first = (rejection, NameGuess.fieldOption(for: Array(line))) }
        if case .unknownSender(let word) = rejection, senders.count < Self.sendersShown, !senders.contains(word) {
            senders.append(word)
        }
        return count == Self.looked ? end() : nil
    }

    /// There are no more lines.
    mutating func end() -> String? {
        guard !isDone, let first else { return nil }
        isDone = true
        let lines = count == 1 ? "The first line" : "None of the first \(count) lines"
        let cause = cause(first.rejection, first.option)
        return "\(lines) of \(name) is \(count == 1 ? "no" : "a") message. The likeliest cause: \(cause)"
    }

    private func cause(_ rejection: Rejection, _ option: String?) -> String {
        switch rejection {
        case .invalidJSON, .empty, .notAnObject:
            "it isn't JSON lines. One object on each line is wanted: {\"session_id\":…,\"timestamp\":…,\"sender\":…,\"message\":…}"
        case .missing, .notAString, .emptySessionID:
            "its fields have other names or types: \(rejection). "
                + (option.map { "If so, \($0)" }
                    ?? "Wanted are \"session_id\", \"timestamp\", \"sender\" and \"message\"")
        case .badTimestamp:
            "its times are written otherwise: \(rejection). Wanted is 2025-01-23T14:30:00Z, or seconds since 1970"
        case .unknownSender:
            "its senders have other names: \(rejection). If so, \(NameGuess.senderOption(for: senders))"
        case .longSessionID, .longText: "\(rejection)"
        }
    }
}
