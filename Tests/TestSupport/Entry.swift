/// Records as subscribers get them.
import Foundation
import Records
import Streaming

/// An entry of `--console json`, as far as tests look at it.
public struct Entry: Decodable, Sendable {
    public struct Payload: Decodable, Sendable {
        public struct Window: Decodable, Sendable {
            public let start: String
            public let end: String
        }
        public struct Message: Decodable, Sendable {
            public let sender: String
            public let message: String
            public let sequence: Int
        }
        public struct Response: Decodable, Sendable {
            public let status: String
            public let text: String?
            public let reason: String?
            public let model: String?
            public let prompt_tokens: Int?
            public let completion_tokens: Int?
        }
        public struct Timing: Decodable, Sendable {
            public let queued_ms: Int
            public let first_token_ms: Int?
            public let total_ms: Int
        }
        public struct Position: Decodable, Sendable {
            public let sequence: Int
        }
        /// Of feedback.
        public let id: String?
        public let stream: String?
        public let session_id: String?
        public let window: Window?
        public let revision: Int?
        public let supersedes: String?
        public let trigger: String?
        public let messages: [Message]?
        public let response: Response?
        public let timing: Timing?
        public let lost: UInt64?
        public let line: String?
        public let reason: String?
        public let position: Position?
    }
    public let id: String
    public let type: String
    public let sequence: Int
    public let data: Payload

    public static func all(_ program: RunningProgram) throws -> [Entry] {
        try program.lines.map { try JSONDecoder().decode(Entry.self, from: Data($0.utf8)) }
    }

    /// What must be the same in every run: which window, with which messages.
    public var essence: String {
        "\(id) \(data.messages?.map { "\($0.sequence) \($0.sender): \($0.message)" } ?? [])"
    }
}
