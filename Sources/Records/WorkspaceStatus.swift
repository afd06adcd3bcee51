/// What a consumer says about itself each second.
import Chat
import Foundation

/// How the consumer is doing, as it is published with the topic `status`. It isn't kept: the next one says it all again.
public struct WorkspaceStatus: Hashable, Sendable, Codable {
    /// One input stream.
    public struct Stream: Hashable, Sendable, Codable {
        public enum State: String, Hashable, Sendable, Codable {
            /// Its publisher is there, or was until a moment ago.
            case open
            /// Nothing has been heard of it for `--idle-timeout`: its windows have been closed.
            case silent
        }

        public var stream: String
        public var state: State
        /// The number of the next record.
        public var next: UInt64
        /// The latest event time that is believed; nil before the first message.
        public var eventTime: Timestamp?
        /// Windows that end here or before are over.
        public var watermark: Timestamp?
        public var windowsOpen: Int
        /// A message of a much later time is held until the next one confirms it.
        public var holdsMessage: Bool

        enum CodingKeys: String, CodingKey {
            case stream, state, next, watermark
            case eventTime = "event_time"
            case windowsOpen = "windows_open"
            case holdsMessage = "holds_message"
        }

        public init(
            stream: String, state: State, next: UInt64, eventTime: Timestamp?, watermark: Timestamp?, windowsOpen: Int,
            holdsMessage: Bool
        ) {
            self.stream = stream
            self.state = state
            self.next = next
            self.eventTime = eventTime
            self.watermark = watermark
            self.windowsOpen = windowsOpen
            self.holdsMessage = holdsMessage
        }
    }

    /// One model server.
    public struct Server: Hashable, Sendable, Codable {
        public enum State: String, Hashable, Sendable, Codable {
            /// It hasn't been asked yet.
            case unasked
            /// Its last answer came.
            case ready
            /// It has said that it isn't ready yet, or its last question failed; it is asked again.
            case failing
            /// It has failed too often, and is only tried now and then.
            case down
        }

        /// Its address, without secrets.
        public var server: String
        public var state: State
        /// Questions under way.
        public var inFlight: Int
        /// Why the last question failed, if it did.
        public var error: String?

        enum CodingKeys: String, CodingKey {
            case server, state, error
            case inFlight = "in_flight"
        }

        public init(server: String, state: State, inFlight: Int, error: String? = nil) {
            self.server = server
            self.state = state
            self.inFlight = inFlight
            self.error = error
        }
    }

    /// By the wall clock.
    public var time: Timestamp
    /// When the consumer was started. All counts are since then.
    public var since: Timestamp
    public var received: Int
    public var accepted: Int
    public var rejected: Int
    public var duplicates: Int
    public var late: Int
    /// Messages that no publisher has any more.
    public var lost: UInt64
    public var entries: Int
    public var generated: Int
    public var fallback: Int
    public var feedback: Int
    /// Open windows of all streams, and those kept for late messages.
    public var windowsOpen: Int
    /// Windows that wait for an answer, those that are being answered included.
    public var windowsWaiting: Int
    /// Input endpoints that nothing has been heard from.
    public var silentEndpoints: [String]
    /// The open streams with the most windows, ``mostStreams`` at most.
    public var streams: [Stream]
    public var servers: [Server]

    public static let mostStreams = 20

    enum CodingKeys: String, CodingKey {
        case time, since, received, accepted, rejected, duplicates, late, lost, entries, generated, fallback, feedback
        case streams, servers
        case windowsOpen = "windows_open"
        case windowsWaiting = "windows_waiting"
        case silentEndpoints = "silent_endpoints"
    }

    public init(
        time: Timestamp, since: Timestamp, received: Int = 0, accepted: Int = 0, rejected: Int = 0, duplicates: Int = 0,
        late: Int = 0, lost: UInt64 = 0, entries: Int = 0, generated: Int = 0, fallback: Int = 0, feedback: Int = 0,
        windowsOpen: Int = 0, windowsWaiting: Int = 0, silentEndpoints: [String] = [], streams: [Stream] = [],
        servers: [Server] = []
    ) {
        (self.time, self.since) = (time, since)
        (self.received, self.accepted, self.rejected, self.duplicates) = (received, accepted, rejected, duplicates)
        (self.late, self.lost, self.entries, self.generated) = (late, lost, entries, generated)
        (self.fallback, self.feedback) = (fallback, feedback)
        (self.windowsOpen, self.windowsWaiting) = (windowsOpen, windowsWaiting)
        (self.silentEndpoints, self.streams, self.servers) = (silentEndpoints, streams, servers)
    }

    /// - Throws: `DecodingError` when the bytes aren't such a payload.
    public init(json: [UInt8]) throws { self = try JSONDecoder().decode(WorkspaceStatus.self, from: Data(json)) }

    /// One line of JSON.
    public var json: [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // These fields can always be encoded: none of them is a floating-point number.
        return (try? encoder.encode(self)).map { [UInt8]($0) } ?? []
    }
}

extension Timestamp: Encodable {
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode("\(self)")
    }
}
