/// A piece of an answer that is being written.
import Foundation

/// A piece, as the consumer publishes it (docs/workspace-entry.md).
public struct Token: Hashable, Sendable, Decodable {
    /// Id of the entry that will follow.
    public let id: String
    public let sessionID: String
    /// Counts the pieces of the answer from 0; 0 once more when the answer begins anew.
    public let index: Int
    public let text: String

    enum CodingKeys: String, CodingKey {
        case id, index
        case sessionID = "session_id"
        case text = "token"
    }
}

extension Token {
    /// - Throws: `DecodingError` when the bytes aren't a piece's payload.
    public init(json: [UInt8]) throws { self = try JSONDecoder().decode(Token.self, from: Data(json)) }
}
