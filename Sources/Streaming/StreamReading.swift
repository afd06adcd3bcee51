/// How far streams are, for whoever watches.
import Chat

/// Where one open stream stands.
public struct StreamReading: Hashable, Sendable {
    public let stream: String
    /// The latest time that is believed; nil before the first message.
    public let eventTime: Timestamp?
    /// Windows that end here or before are over; nil before the first message.
    public let watermark: Timestamp?
    /// Open windows, and those kept for late messages.
    public let openWindows: Int
    /// A message of a much later time is held until the next one confirms it.
    public let holdsMessage: Bool
}

extension Engine {
    /// Open streams: the ones with most windows first, and not more than `limit` of them.
    public func readings(atMost limit: Int) -> [StreamReading] {
        let largest = streams.sorted { ($1.value.openWindows, $0.key) < ($0.value.openWindows, $1.key) }.prefix(limit)
        return largest.map { stream, state in
            StreamReading(
                stream: stream, eventTime: Self.time(state.clock.latest), watermark: Self.time(state.clock.frontier),
                openWindows: state.openWindows, holdsMessage: state.held != nil)
        }
    }

    private static func time(_ milliseconds: Int64) -> Timestamp? {
        milliseconds == .min ? nil : Timestamp(milliseconds: milliseconds)
    }
}
