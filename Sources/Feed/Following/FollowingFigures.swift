/// How a follower gets on, in figures.

/// Counts since the follower was made, of all its streams.
public struct FollowingFigures: Hashable, Sendable {
    /// Streams that are followed and haven't ended.
    public internal(set) var streams = 0
    /// How many records the publisher is ahead that is furthest, as far as heard.
    public internal(set) var lag: UInt64 = 0
    /// How often records didn't come live and had to be fetched.
    public private(set) var gaps: UInt64 = 0
    /// How often a stream has drawn level with its publisher, the first time included.
    public private(set) var catchUps: UInt64 = 0

    /// By stream, the event time that its publisher last said to have reached, in milliseconds since 1970.
    public internal(set) var eventTimes: [String: Int64] = [:]

    public init() {}

    mutating func add(_ cursor: Cursor) {
        gaps += cursor.gaps
        catchUps += cursor.catchUps
    }

    mutating func add(_ other: FollowingFigures) {
        streams += other.streams
        lag = max(lag, other.lag)
        gaps += other.gaps
        catchUps += other.catchUps
        eventTimes.merge(other.eventTimes) { max($0, $1) }
    }
}
