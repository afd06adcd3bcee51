/// Why a line of input isn't a chat message.

/// What is wrong with a line, in words for the person who has to mend it.
public enum Rejection: Error, Hashable, Sendable, CustomStringConvertible {
    case empty
    case invalidJSON(String)
    case notAnObject
    case missing(Field)
    case notAString(Field)
    case emptySessionID
    /// So many bytes are too many for the name of a session.
    case longSessionID(Int)
    /// The text would take so many bytes in an entry, which is too much.
    case longText(Int)
    case badTimestamp(String)
    case unknownSender(String)

    /// More of a text than a reason shows, in bytes.
    static let shownBytes = 256

    /// The fields every message has.
    public enum Field: Int, Sendable, CaseIterable {
        case session_id, timestamp, sender, message

        public var name: String { "\(self)" }
    }

    public var description: String {
        switch self {
        case .empty: "the line is empty"
        case .invalidJSON(let detail): "not valid JSON: \(detail)"
        case .notAnObject: "not a JSON object"
        case .missing(let field): "\"\(field)\" is missing"
        case .notAString(let field): "\"\(field)\" is not a string"
        case .emptySessionID: "\"session_id\" is empty"
        case .longSessionID(let size):
            "\"session_id\" has \(size) bytes, and at most \(MessageDecoder.longestSessionID) are taken"
        case .longText(let size):
            "\"message\" would take \(size) bytes in an entry, and at most \(MessageDecoder.largestText) are taken"
        case .badTimestamp(let text): "\"timestamp\" is not an ISO 8601 date and time: \"\(text.shortened)\""
        case .unknownSender(let text): "\"sender\" is neither \"customer\" nor \"rm\": \"\(text.shortened)\""
        }
    }
}

extension String {
    /// At most 60 code points, so that a reason stays readable whatever the field held. Not characters: one of those may
    /// have any number of accents.
    fileprivate var shortened: String {
        unicodeScalars.count > 60 ? String(unicodeScalars.prefix(60)) + "…" : self
    }
}
