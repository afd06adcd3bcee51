/// A question that is under way.
import Foundation

/// A question, as the consumer publishes it (docs/workspace-entry.md).
public struct Asked: Hashable, Sendable, Decodable {
    /// Id of the entry that will follow.
    public let id: String
    public let sessionID: String
    /// How long ago it was asked.
    public let milliseconds: Int
    /// Windows that wait for a question of their own.
    public let waiting: Int

    enum CodingKeys: String, CodingKey {
        case id, waiting
        case sessionID = "session_id"
        case milliseconds = "asked_ms"
    }
}

extension Asked {
    /// - Throws: `DecodingError` when the bytes aren't such a payload.
    public init(json: [UInt8]) throws {
        self = try JSONDecoder().decode(Asked.self, from: Data(json))
        // Anybody may have written them; what is reckoned with them must not overflow.
        guard 0...1_000_000_000_000 ~= milliseconds, waiting >= 0 else {
            throw DecodingError.dataCorrupted(.init(codingPath: [], debugDescription: "a number that can't be"))
        }
    }
}
