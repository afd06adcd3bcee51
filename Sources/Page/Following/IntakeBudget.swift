/// How much of a workspace is taken.
import Feed

/// A page shows what people can follow. What was there before it came, it takes at once. Of what is published from then on it takes so
/// much a second and no more: it would only slow down the others. When that leaves it behind for too long, it goes on with the
/// newest. Pure: the time comes from the caller.
struct IntakeBudget {
    struct Limits {
        /// What was there before, at most.
        var history = 100_000
        /// Records a second, and at once.
        var records = (aSecond: 1_250, burst: 1_250)
        /// In bytes.
        var bytes = (aSecond: 4 << 20, burst: 8 << 20)
        /// So long it may be behind.
        var patience = Duration.seconds(5)
        /// And so many records.
        var lag: UInt64 = 5_000

        /// For one that was given up: who publishes too much still has only what there is taken at once, and little besides.
        static func glimpse(of history: Int) -> Limits {
            Limits(history: history, records: (1_250, burst: 125), bytes: (4 << 20, burst: 1 << 20))
        }
    }

    private let limits: Limits
    private var records: Double
    private var bytes: Double
    /// What may still come of what was there before.
    private var history: Int
    private var refilled: ContinuousClock.Instant
    /// Since when there has been more than it may take.
    private var behindSince: ContinuousClock.Instant?

    init(limits: Limits = Limits(), now: ContinuousClock.Instant) {
        self.limits = limits
        records = Double(limits.records.burst)
        bytes = Double(limits.bytes.burst)
        history = limits.history
        refilled = now
    }

    /// Whether nothing more is to be taken for now.
    mutating func isSpent(at now: ContinuousClock.Instant) -> Bool {
        let seconds = (now - refilled) / .seconds(1)
        refilled = now
        records = min(records + seconds * Double(limits.records.aSecond), Double(limits.records.burst))
        bytes = min(bytes + seconds * Double(limits.bytes.aSecond), Double(limits.bytes.burst))
        let isSpent = records <= 0 || bytes <= 0
        if isSpent, behindSince == nil { behindSince = now }
        return isSpent
    }

    /// Records have been taken.
    mutating func took(records count: Int, bytes size: Int) {
        guard history <= 0 else {
            history -= count
            return
        }
        records -= Double(count)
        bytes -= Double(size)
    }

    /// There is nothing that it hasn't.
    mutating func caughtUp() {
        behindSince = nil
        history = 0
    }

    /// Whether it has been behind for too long, or is too far behind to come up again. What it lacks is given up then.
    ///
    /// - Parameter lag: how many records it is behind.
    mutating func givesUp(lag: @autoclosure () -> UInt64, at now: ContinuousClock.Instant) -> Bool {
        guard let since = behindSince, now - since >= limits.patience || lag() > limits.lag else { return false }
        behindSince = nil
        return true
    }
}
