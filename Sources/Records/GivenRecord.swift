/// What a consumer is given that doesn't cut windows itself.
import Foundation
import Streaming

/// One record of those that whoever cuts windows gives away: a line of JSON like those that the workspace publishes, without
/// what only a consumer knows (`time`, `sequence`, `response`, `timing`).
public enum GivenRecord: Sendable {
    /// A window has come out; so many messages of its stream are known to be lost.
    case window(WindowResult, lost: UInt64)
    case setAside(SetAside)
    case stream(StreamNews)

    /// - Throws: `DecodingError` when the line isn't such a record.
    public init(json: [UInt8]) throws {
        let event = try JSONDecoder().decode(EventForm.self, from: Data(json))
        switch event.data {
        case .entry(let form):
            let result = form.entry.result
            guard zip(form.superseded, result.supersedes).allSatisfy({ $0.text.isSame(as: result.id(of: $1)) }) else {
                throw DecodingError.dataCorrupted(.init(codingPath: [], debugDescription: "replaces others' entries"))
            }
            self = .window(result, lost: form.lost)
        case .setAside(let form, let kind): self = .setAside(form.record(kind))
        case .stream(let news): self = .stream(news)
        case .feedback:
            throw DecodingError.dataCorrupted(.init(codingPath: [], debugDescription: "not a result"))
        }
    }
}

extension GivenRecord {
    /// The id that follows from what it says, and the session that it is about. A sender whose ids were others, of each attempt
    /// for example, would have the same entry published again and again.
    public var head: (id: String, session: String?)? {
        switch self {
        case .window(let result, _):
            (WorkspaceEntry(result, response: .none).id, result.sessionID)
        case .setAside(let record): (record.id, record.sessionID)
        case .stream: nil
        }
    }
}

/// A stream has begun, or a part of it has ended.
public struct StreamNews: Hashable, Sendable, Decodable {
    public var stream: String
    public var ended: Bool
    /// Whoever cuts a stream's windows may do so in parts, by session; which of them has ended, from 0.
    public var part: Int?
    /// How many there are.
    public var parts: Int?

    public init(stream: String, ended: Bool, part: Int? = nil, parts: Int? = nil) {
        self.stream = stream
        self.ended = ended
        self.part = part
        self.parts = parts
    }
}
