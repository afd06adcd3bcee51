/// What the consumer counts, and the sums that must come out.
import Bytes

/// `received = accepted + rejected + duplicates`, and `accepted = in windows + late`.
package struct Counts: Sendable, Equatable, CustomStringConvertible {
    package var accepted = 0
    package var rejected = 0
    /// Records that arrived a second time and were passed over.
    package var duplicates = 0
    package var inWindows = 0
    package var late = 0
    /// Messages that nobody has any more.
    package var lost: UInt64 = 0
    package var windows = 0
    package var generated = 0
    package var fallback = 0
    package var unanswered = 0
    /// Windows that weren't answered because a newer one of their session was waiting.
    package var superseded = 0
    package var feedback = 0

    package init(
        accepted: Int = 0, rejected: Int = 0, duplicates: Int = 0, inWindows: Int = 0, late: Int = 0, lost: UInt64 = 0,
        windows: Int = 0, generated: Int = 0, fallback: Int = 0, unanswered: Int = 0
    ) {
        (self.accepted, self.rejected, self.duplicates) = (accepted, rejected, duplicates)
        (self.inWindows, self.late, self.lost, self.windows) = (inWindows, late, lost, windows)
        (self.generated, self.fallback, self.unanswered) = (generated, fallback, unanswered)
    }

    package var received: Int { accepted + rejected + duplicates }
    package var entries: Int { generated + fallback + unanswered + superseded }

    package var description: String {
        """
        received \(received) = accepted \(accepted) + rejected \(rejected) + duplicates \(duplicates); \
        accepted \(accepted) = in windows \(inWindows) + late \(late); lost \(lost); \
        windows \(windows), entries \(entries) \
        (generated \(generated), fallback \(fallback), none \(unanswered)\
        \(superseded > 0 ? ", superseded \(superseded)" : ""))\(feedback > 0 ? "; feedback \(feedback)" : "")
        """
    }

    package static func += (sum: inout Counts, more: Counts) {
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
        sum.feedback += more.feedback
    }
}
