/// What became of a suggestion.
import Chat

/// What somebody has done with an entry's text. Who says so chooses its ``id``: the same again is the same feedback.
public struct Feedback: Hashable, Sendable {
    public enum Kind: String, Hashable, Sendable, Decodable, CaseIterable {
        /// It was on somebody's screen.
        case shown
        /// It was sent as it stands.
        case inserted
        /// Something else was sent in its place: ``Feedback/text``.
        case edited
        /// It wasn't wanted.
        case rejected
        /// Somebody says whether it was good: ``Feedback/rating``.
        case rated
    }

    public var id: String
    /// The entry's id.
    public var entry: String
    /// The entry's session.
    public var sessionID: String
    public var kind: Kind
    /// What was really sent.
    public var text: String?
    /// 1 for a good one, -1 for a bad one.
    public var rating: Int?
    public var reason: String?
    /// Who it was.
    public var actor: String?
    /// When it was, by the clock of who says so.
    public var at: Timestamp?

    public init(
        id: String, entry: String, sessionID: String, kind: Kind, text: String? = nil, rating: Int? = nil,
        reason: String? = nil, actor: String? = nil, at: Timestamp? = nil
    ) {
        self.id = id
        self.entry = entry
        self.sessionID = sessionID
        self.kind = kind
        self.text = text
        self.rating = rating
        self.reason = reason
        self.actor = actor
        self.at = at
    }

    /// Writes the record as one line of CloudEvents JSON, without the newline.
    public func write(to json: inout JSONWriter, sequence: UInt64, time: Timestamp) {
        json.event(type: CloudEvent.feedback, subject: sessionID, sequence: sequence, time: time) { id in
            id.append("feedback/")
            id.append(idPart: self.id)
        } data: { data in
            data.field("id", id)
            data.field("entry", entry)
            data.field("session_id", sessionID)
            data.field("kind", kind.rawValue)
            data.field("text", text)
            data.field("rating", rating)
            data.field("reason", reason)
            data.field("actor", actor)
            data.field("at", at)
        }
    }
}

extension Feedback: Decodable {
    enum CodingKeys: String, CodingKey {
        case id, entry, kind, text, rating, reason, actor, at
        case sessionID = "session_id"
    }
}
