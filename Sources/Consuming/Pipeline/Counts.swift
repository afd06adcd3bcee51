/// What the consumer counts, and the sums that must come out.
import Bytes

/// `received = accepted + rejected + duplicates`, and `accepted = in windows + late`.
struct Counts: Sendable, Equatable, CustomStringConvertible {
    var accepted = 0
    var rejected = 0
    /// Records that arrived a second time and were passed over.
    var duplicates = 0
    var inWindows = 0
    var late = 0
    /// Messages that nobody has any more.
    var lost: UInt64 = 0
    var windows = 0
    var generated = 0
    var fallback = 0
    var unanswered = 0
    /// Windows that weren't answered because a newer one of their session was waiting.
    var superseded = 0

    var received: Int { accepted + rejected + duplicates }

    var description: String {
        """
        received \(received) = accepted \(accepted) + rejected \(rejected) + duplicates \(duplicates); \
        accepted \(accepted) = in windows \(inWindows) + late \(late); lost \(lost); \
        windows \(windows), entries \(generated + fallback + unanswered + superseded) \
        (generated \(generated), fallback \(fallback), none \(unanswered)\
        \(superseded > 0 ? ", superseded \(superseded)" : ""))
        """
    }

    static func += (sum: inout Counts, more: Counts) {
        sum.accepted += more.accepted
        sum.rejected += more.rejected
        sum.duplicates += more.duplicates
        sum.inWindows += more.inWindows
        sum.late += more.late
        // What a publisher says that it no longer has may be any number; the others are of things that were here.
        sum.lost = sum.lost.plus(more.lost)
        sum.windows += more.windows
        sum.generated += more.generated
        sum.fallback += more.fallback
        sum.unanswered += more.unanswered
        sum.superseded += more.superseded
    }
}
