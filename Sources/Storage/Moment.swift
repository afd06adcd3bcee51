/// A moment, for values that are copied often.

/// A moment of the continuous clock, as the time since the first one that was asked for. The standard library's own instant
/// has no fixed layout: whatever holds one is copied by asking the runtime how.
package struct Moment: Hashable, Sendable {
    private static let first = ContinuousClock.now

    private let sinceFirst: Duration

    package static var now: Moment { Moment(sinceFirst: ContinuousClock.now - first) }

    package init(_ instant: ContinuousClock.Instant) { sinceFirst = instant - Self.first }

    private init(sinceFirst: Duration) { self.sinceFirst = sinceFirst }

    package static func + (moment: Moment, duration: Duration) -> Moment {
        Moment(sinceFirst: moment.sinceFirst + duration)
    }

    package static func - (later: Moment, earlier: Moment) -> Duration { later.sinceFirst - earlier.sinceFirst }
}
