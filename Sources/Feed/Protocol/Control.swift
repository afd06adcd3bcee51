/// What a publisher says of itself: each second, on each new subscription, and at the end.
import Foundation

/// The payload of a `control` record, as JSON.
public struct Control: Hashable, Sendable, Codable {
    public var stream: String
    /// First number still kept for replay.
    public var first: UInt64
    /// The number the next record will have.
    public var next: UInt64
    /// Event time reached, in milliseconds since 1970; nil where the stream has no clock of its own.
    public var eventTime: Int64?
    /// Where to ask for what was missed.
    public var replay: String
    /// How much faster than event time the stream runs; 0: as fast as possible; nil: it isn't paced.
    public var speed: Double?
    /// No record will follow; ``next`` is final.
    public var ended: Bool
    /// Everything that could come out so far is out; nil where that has no meaning.
    public var complete: Bool?
    /// The first record's ``Fingerprint``, by which a stream that is published again is known to be the same; nil where
    /// nothing has been published, or streams don't come again.
    public var fingerprint: String?

    /// Some thirty thousand years: beyond any timestamp, and far from where sums of times overflow.
    private static let timeLimit: UInt64 = 1 << 50

    enum CodingKeys: String, CodingKey {
        case stream, first, next, replay, speed, ended, complete, fingerprint
        case eventTime = "event_time_ms"
    }

    public init(
        stream: String, first: UInt64, next: UInt64, eventTime: Int64? = nil, replay: String, speed: Double? = nil,
        ended: Bool = false, complete: Bool? = nil, fingerprint: String? = nil
    ) {
        self.stream = stream
        self.first = first
        self.next = next
        self.eventTime = eventTime
        self.replay = replay
        self.speed = speed
        self.ended = ended
        self.complete = complete
        self.fingerprint = fingerprint
    }

    /// One line of JSON with its keys in a fixed order.
    public var json: [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Encoding these fields can't fail unless the speed isn't finite, which the option's check excludes.
        return (try? encoder.encode(self)).map { [UInt8]($0) } ?? []
    }

    /// nil when the bytes aren't a control payload.
    public init?(json: [UInt8]) {
        guard let control = try? JSONDecoder().decode(Control.self, from: Data(json)),
            control.first >= 1, control.first <= control.next, control.next < Position.sequenceLimit,
            (control.eventTime?.magnitude ?? 0) < Control.timeLimit,
            1...Position.streamLimit ~= control.stream.utf8.count
        else { return nil }
        self = control
    }
}
