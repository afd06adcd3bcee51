/// How far a stream's event time has come, and what of it is believed.
import Bytes

/// A stream's clock: messages move it, and between them what the publisher says of its time. It is all that is kept of a
/// stream that has ended.
struct StreamClock: Sendable, Hashable {
    /// What a publisher's clock says that is too far ahead to be believed yet: from when on, and how far it has gone on.
    struct Claim: Hashable {
        var since: Int64
        var reached: Int64
    }

    /// The latest time that a message or the stream's own clock has reached, in milliseconds.
    var latest = Int64.min
    /// Event time up to which everything is taken to have arrived: `latest − max out-of-orderness`, in milliseconds. It
    /// is the watermark and one millisecond; windows that end here or before are over.
    var frontier = Int64.min
    var hasMessages = false
    /// The stream's own clock isn't believed from here on: a message that said so wasn't.
    var doubtful = Int64.max
    var claim: Claim?

    /// Whether a time counts that the stream's own clock says. One that is too far ahead does when the clock has gone on
    /// from there, step by step: a clock that only repeats something, or jumps about, hasn't.
    mutating func believes(_ time: Int64, by policy: WindowPolicy) -> Bool {
        // Before the first message there is nothing to be ahead of.
        guard hasMessages else { return false }
        guard time > latest.plus(policy.maxAdvance) else {
            claim = nil
            return true
        }
        // A publisher whose clock follows its messages repeats what one message said that nobody confirmed.
        guard time < doubtful else { return false }
        var claim = self.claim ?? Claim(since: time, reached: time)
        if time < claim.reached || time > claim.reached.plus(policy.maxAdvance) {
            claim = Claim(since: time, reached: time)
        }
        claim.reached = time
        let isProven = time.minus(claim.since) >= policy.limits.clockProof
        self.claim = isProven ? nil : claim
        return isProven
    }
}
