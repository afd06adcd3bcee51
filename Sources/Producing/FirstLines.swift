/// Noticing that nothing in an input is a message.
import Chat

/// Looks at an input's first lines, and says once why there is no message among them. Pure.
struct FirstLines {
    /// So many lines without a message aren't an accident.
    private static let looked = 100

    private let name: String
    private var count = 0
    private var first: Rejection?
    private var isDone = false

    /// - Parameter name: what the input is called.
    init(of name: String) { self.name = name }

    /// Notes a line.
    ///
    /// - Parameter rejection: why it is no message; nil where it is one.
    /// - Returns: what is to be said now.
    mutating func note(_ rejection: Rejection?) -> String? {
        guard !isDone else { return nil }
        guard let rejection else {
            isDone = true
            return nil
        }
        count += 1
        first = first ?? rejection
        return count == Self.looked ? end() : nil
    }

    /// There are no more lines.
    mutating func end() -> String? {
        guard !isDone, let first else { return nil }
        isDone = true
        let lines = count == 1 ? "The first line" : "None of the first \(count) lines"
        return "\(lines) of \(name) is \(count == 1 ? "no" : "a") message. The likeliest cause: \(Self.cause(first))"
    }

    private static func cause(_ rejection: Rejection) -> String {
        switch rejection {
        case .invalidJSON, .empty, .notAnObject:
            "it isn't JSON lines. One object on each line is wanted: {\"session_id\":…,\"timestamp\":…,\"sender\":…,\"message\":…}"
        case .missing, .notAString, .emptySessionID:
            "its fields have other names or types: \(rejection). Wanted are \"session_id\", \"timestamp\", \"sender\" and \"message\""
        case .badTimestamp:
            "its times are written otherwise: \(rejection). Wanted is 2025-01-23T14:30:00Z, or seconds since 1970"
        case .unknownSender: "its senders have other names: \(rejection)"
        case .longSessionID, .longText: "\(rejection)"
        }
    }
}
