/// How far a subscriber has come in one stream.
import Bytes

/// One stream's place, as a pure state machine: records, answers and control go in, verdicts come out; the caller does
/// the I/O. Whatever is lost, repeated or reordered on the way, a record is taken once and in order.
public struct Cursor: Hashable, Sendable {
    public enum Phase: Hashable, Sendable {
        /// Asking for what was missed; live records are ignored until the two meet.
        case catchingUp
        /// Taking live records as they come.
        case live
        /// At the stream's end, or the stream is gone for good.
        case ended
    }

    /// What to do with a live record.
    public enum Verdict: Hashable, Sendable {
        /// It is the one expected.
        case accept
        /// It was taken before.
        case duplicate
        /// Records before it are missing; it will come again by replay.
        case ahead
    }

    /// So many records behind, a cursor asks not to be sent live records that it would only ignore.
    public static let farBehind: UInt64 = 20_000

    /// The number of the next record expected.
    public private(set) var next: UInt64
    public private(set) var phase = Phase.catchingUp {
        didSet {
            if oldValue == .live, phase == .catchingUp { gaps += 1 }
            if oldValue == .catchingUp, phase == .live { catchUps += 1 }
        }
    }
    /// How often it was live, and had to ask for records again; and how often it has drawn level.
    private(set) var gaps: UInt64 = 0
    private(set) var catchUps: UInt64 = 0
    /// Whether live records are of use: not until the cursor has drawn level once, and not while it is far behind.
    public private(set) var wantsRecords = false
    /// A question is out and not answered.
    public private(set) var isAsking = false
    /// The publisher has answered, so it knows of this follower and won't leave without it. Until then the cursor doesn't
    /// count as live, and asks.
    private var isKnown = false
    /// The publisher's next number, as far as heard.
    private var published: UInt64
    /// The most that publishers on earlier connections have spoken of.
    private var publishedBefore: UInt64
    private var end: UInt64?
    /// The number that was expected when a publisher said that records from there on are gone, until one behind them has been
    /// taken.
    private var skippedFrom: UInt64?

    public init(next: UInt64) {
        self.next = next
        published = next
        publishedBefore = next
    }

    /// The number behind the last record that was taken, whatever has been said to be gone since then.
    var firmNext: UInt64 { skippedFrom ?? next }

    /// How many records the publisher is ahead, as far as heard.
    public var lag: UInt64 { published > next ? published - next : 0 }

    // MARK: What arrives

    /// A live record. Called for every one of them: it must stay a few comparisons.
    @inline(__always)
    public mutating func receive(live sequence: UInt64) -> Verdict {
        if sequence == next && phase != .ended {
            next += 1
            skippedFrom = nil
            if next > published { published = next }
            if phase == .catchingUp && next == published && wantsRecords && isKnown { phase = .live }
            if next == end { phase = .ended }
            return .accept
        }
        if sequence < next || phase == .ended { return .duplicate }
        fallBehind(sequence + 1)
        return .ahead
    }

    /// A batch that answers a question.
    ///
    /// - Returns: which of its records are new; empty where all of them were taken before.
    public mutating func receive(batch first: UInt64, count: UInt64, next published: UInt64) -> Range<UInt64> {
        isAsking = false
        isKnown = true
        // Only an answer to somebody else's question can begin behind the cursor; it's of no use here.
        guard phase != .ended, first <= next, first.plus(count) > next else {
            hear(published)
            return next..<next
        }
        let new = next..<first.plus(count)
        next = new.upperBound
        skippedFrom = nil
        hear(max(published, next))
        return new
    }

    /// The publisher has nothing from here on yet.
    public mutating func receiveNothing(next published: UInt64) {
        isAsking = false
        isKnown = true
        hear(published)
    }

    /// The publisher no longer has what was asked for.
    ///
    /// - Returns: how many records are lost for good.
    public mutating func receiveGone(firstKept: UInt64) -> UInt64 {
        isAsking = false
        isKnown = true
        guard phase != .ended, firstKept > next else { return 0 }
        let lost = firstKept - next
        if skippedFrom == nil { skippedFrom = next }
        next = firstKept
        hear(max(published, next))
        return lost
    }

    /// The publisher doesn't know the stream: another has taken its place.
    ///
    /// - Returns: how many records are known to be lost with it.
    public mutating func receiveUnknown() -> UInt64 {
        isAsking = false
        guard phase != .ended else { return 0 }
        phase = .ended
        return max(published, publishedBefore) - next
    }

    /// A control record: the publisher's next number, and whether that is final.
    public mutating func receive(control published: UInt64, ended: Bool) {
        if ended { end = published }
        if published < next && phase == .live {
            // A publisher that has begun anew, and hasn't come as far again: asking tells it how far followers are.
            phase = .catchingUp
            isKnown = false
        }
        hear(published)
    }

    /// A record that isn't taken, because there is no room for it: it will be fetched.
    public mutating func passOver(_ sequence: UInt64) {
        if sequence >= next && phase != .ended { fallBehind(sequence + 1) }
    }

    /// The connection has been made anew. What a publisher has said on the one before may not be true of this one's.
    public mutating func forgetPublished() {
        guard phase != .ended else { return }
        publishedBefore = max(publishedBefore, published)
        published = next
        end = nil
        phase = .catchingUp
        isAsking = false
        isKnown = false
    }

    /// Goes back to where it was before records were said to be gone, when the publisher turns out to keep them.
    ///
    /// - Returns: whether it has; then none of them is lost.
    public mutating func stepBack(to control: Control) -> Bool {
        guard phase != .ended, let skippedFrom, control.next < next, control.first <= skippedFrom else { return false }
        next = skippedFrom
        self.skippedFrom = nil
        published = max(next, control.next)
        phase = .catchingUp
        isAsking = false
        isKnown = false
        return true
    }

    /// Another stream has begun where this one comes from: its publisher may have gone. Asking it tells.
    public mutating func suspect() {
        if phase == .live { phase = .catchingUp }
    }

    /// The answer to a question hasn't come in time: ask again.
    public mutating func timeOut() { isAsking = false }

    // MARK: What to do

    /// The next question, when there is one to ask now: the first number wanted.
    public mutating func question() -> UInt64? {
        guard phase == .catchingUp, !isAsking else { return nil }
        isAsking = true
        return next
    }

    /// Whether everything before the publisher's number `published` has been taken, so that what the publisher says of
    /// its time holds here too.
    public func hasReached(_ published: UInt64) -> Bool { next >= published }

    // MARK: Inside

    private mutating func fallBehind(_ published: UInt64) {
        phase = .catchingUp
        hear(published)
    }

    /// Learns the publisher's next number, and settles the phase.
    private mutating func hear(_ heard: UInt64) {
        if heard > published { published = heard }
        guard phase != .ended else { return }
        if let end, next >= end {
            phase = .ended
        } else if next < published {
            phase = .catchingUp
            if published - next > Self.farBehind { wantsRecords = false }
        } else if wantsRecords {
            if isKnown { phase = .live }
        } else {
            // Level for the first time (or again): ask for live records, and fetch once more what is published
            // before they begin to come.
            wantsRecords = true
        }
    }
}
