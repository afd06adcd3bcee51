/// One stream that is followed.
import Bytes
import Glibc

/// A cursor with what belongs to it: whom to ask, what the publisher last said, and how far it is believed. Pure.
struct FollowedStream {
    /// Answers that bring nothing are asked for again after this, doubled each time up to ``longestPause``. (What is level
    /// asks once more at once, which is how a follower turns to live records.)
    static let shortestPause = Duration.milliseconds(20)
    static let longestPause = Duration.seconds(1)
    /// A stream that was refused because of a record is asked about again after this.
    static let refusalPause = Duration.seconds(10)

    let id: String
    private let idBytes: [UInt8]
    private(set) var cursor: Cursor
    private(set) var trust: Trust
    /// Where to ask, once a publisher has said so.
    private(set) var replay: String?
    /// ``replay`` is another stream's: who publishes there now can say what has become of this one.
    private(set) var isReplayBorrowed = false
    /// The first record's, once it is known.
    private(set) var fingerprint: String?
    /// The last record that was taken: its number, and its fingerprint.
    private var last: (number: UInt64, fingerprint: String)?
    private(set) var hasVanished = false
    /// Who publishes here now has spoken of it.
    private(set) var isHeardHere: Bool
    /// Who publishes here now, and hasn't shown to be this stream's publisher, doesn't know it. That ends it when nothing
    /// else has been heard of it for as long as silence may last.
    private var isUnknownHere = false
    /// Another stream is published where this one comes from.
    private var isReplaced = false
    /// The connection is another than that on which it ended.
    private(set) var isConnectedAnew = false
    /// Whether any of it has been taken, in this process or one before.
    private var hasTaken: Bool
    private var silence: Silence
    /// Something has come since the last look at ``silence``.
    private var wasHeard = true
    /// That there is this stream has been reported.
    private var isAnnounced = false
    private var isEndReported = false
    /// The publisher has been told that the end has arrived, and needn't wait for this follower any more.
    private(set) var isAcknowledged = false
    /// Control that doesn't hold here yet, because records before it are still to come.
    private var pendingControl: Control? {
        didSet { if let time = pendingControl?.eventTime { eventTime = time } }
    }
    /// The event time that its publisher last said to have reached, in milliseconds since 1970.
    private(set) var eventTime: Int64?
    /// Records that were said to be gone. They count as lost once one behind them has been taken.
    private(set) var pendingLost: UInt64 = 0
    private var isProofAsked = false
    private var fruitless = 0
    private var pausedUntil: ContinuousClock.Instant?
    private var saidRefusal: String?

    /// - Parameter isKnown: it was followed before; else the cursor only says where to begin.
    init(_ cursor: StreamCursor, isKnown: Bool, silence: Silence) {
        hasTaken = isKnown && cursor.next > 1
        isHeardHere = !isKnown
        id = cursor.stream
        idBytes = Array(cursor.stream.utf8)
        self.silence = silence
        self.cursor = Cursor(next: cursor.next)
        fingerprint = cursor.fingerprint
        last = cursor.last.map { (cursor.next - 1, $0) }
        trust = cursor.fingerprint == nil ? .trusted : .untold
    }

    @inline(__always)
    func hasID(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard bytes.count == idBytes.count, let start = bytes.baseAddress else { return false }
        return idBytes.withUnsafeBytes { own in own.baseAddress.map { memcmp($0, start, own.count) == 0 } ?? true }
    }

    var hasEnded: Bool { cursor.phase == .ended }
    var isRefused: Bool { if case .refused = trust { true } else { false } }

    /// Where the stream is, to go on there.
    func place(on endpoint: String) -> StreamCursor {
        StreamCursor(
            stream: id, endpoint: endpoint, next: cursor.next, hasEnded: hasEnded, fingerprint: fingerprint,
            last: lastFingerprint)
    }

    private var lastFingerprint: String? { last?.number == cursor.next - 1 ? last?.fingerprint : nil }

    // MARK: What is heard

    /// The live connection was made anew: whoever is there now has to show that it publishes this stream.
    mutating func connectedAnew() {
        cursor.forgetPublished()
        pendingControl = nil
        isProofAsked = false
        pausedUntil = nil
        fruitless = 0
        (isUnknownHere, isReplaced, isHeardHere) = (false, false, false)
        isConnectedAnew = true
        guard !hasEnded else { return }
        if fingerprint != nil { trust = .untold }
    }

    /// Another stream has begun where this one comes from.
    mutating func suspect() {
        isReplaced = true
        if trust == .trusted { cursor.suspect() }
    }

    /// Whoever publishes here now can be asked.
    mutating func borrow(replay address: String) {
        guard replay == nil || trust == .untold, !hasEnded else { return }
        isReplaced = true
        replay = address
        isReplayBorrowed = true
    }

    /// What the publisher says of itself. Its time is kept until everything before it has been delivered.
    ///
    /// - Parameters:
    ///   - address: where it is to be asked.
    ///   - problem: why it isn't believed at all; nil: nothing is known against it.
    mutating func receive(
        _ control: Control, replay address: String?, problem: String?, endpoint: String, now: ContinuousClock.Instant,
        into deliveries: inout [Delivery]
    ) {
        // Nothing has been published yet: it may still be the right one.
        if problem == nil, fingerprint != nil, control.fingerprint == nil, control.next == 1, !control.ended {
            trust = .untold
            return
        }
        let taken = hasTaken ? cursor.firmNext : 1
        if let reason = problem ?? Trust.objection(to: control, knowing: fingerprint, next: taken) {
            return refuse(reason, endpoint, into: &deliveries)
        }
        if isRefused {
            // What was refused by what control says isn't any more; what was refused by an answer has to be asked again.
            if let pausedUntil, pausedUntil > now { return }
            trust = .untold
        }
        replay = address
        isHeardHere = true
        (isReplayBorrowed, isReplaced, isUnknownHere) = (false, false, false)
        if fingerprint == nil, let said = control.fingerprint {
            fingerprint = said
            deliveries.append(.recognized(stream: id, fingerprint: said))
        }
        if trust == .untold {
            isProofAsked = false
            pausedUntil = nil
            trust = cursor.next > 1 ? .claimed : .trusted
            if trust == .trusted { saidRefusal = nil }
        }
        wasHeard = true
        pendingControl = control
        if trust == .trusted { believe(control, endpoint, into: &deliveries) }
    }

    private mutating func believe(_ control: Control, _ endpoint: String, into deliveries: inout [Delivery]) {
        if cursor.stepBack(to: control) { pendingLost = 0 }
        cursor.receive(control: control.next, ended: control.ended)
        // What had ended before this process began is announced as well: somebody is there.
        if !isAnnounced && !isEndReported { announce(endpoint, into: &deliveries) }
    }

    mutating func announce(_ endpoint: String, into deliveries: inout [Delivery]) {
        isAnnounced = true
        deliveries.append(.began(stream: id, endpoint: endpoint))
    }

    /// Takes nothing from whoever publishes here now.
    ///
    /// - Parameter until: nothing that control says changes this before; nil: the next control message may.
    mutating func refuse(
        _ reason: String, _ endpoint: String, until: ContinuousClock.Instant? = nil, into deliveries: inout [Delivery]
    ) {
        trust = .refused(reason)
        pausedUntil = until
        isAnnounced = false
        cursor.timeOut()
        isProofAsked = false
        guard reason != saidRefusal else { return }
        saidRefusal = reason
        deliveries.append(.refused(stream: id, endpoint: endpoint, reason: reason))
    }

    // MARK: Records

    /// A live record. Called for every one of them: it must stay a few comparisons.
    @inline(__always)
    mutating func receive(live sequence: UInt64, isPaused: Bool) -> Cursor.Verdict? {
        guard trust == .trusted else { return nil }
        wasHeard = true
        if isPaused {
            cursor.passOver(sequence)
            return nil
        }
        return cursor.receive(live: sequence)
    }

    /// Says what was lost before the records that are taken now.
    @inline(__always)
    mutating func settleLoss(into deliveries: inout [Delivery]) {
        guard pendingLost > 0 else { return }
        deliveries.append(.lost(stream: id, count: pendingLost))
        pendingLost = 0
    }

    /// The records up to the cursor have been handed on; the last of them has this fingerprint.
    mutating func took(upTo next: UInt64, fingerprint: String) {
        last = (next - 1, fingerprint)
        hasTaken = true
    }

    // MARK: Answers

    /// Takes the answer to this stream's question.
    ///
    /// - Parameter count: how many records a batch has.
    /// - Returns: which of a batch's records are new.
    mutating func receive(
        _ answer: ReplayAnswer, count: UInt64, endpoint: String, now: ContinuousClock.Instant,
        into deliveries: inout [Delivery]
    ) -> Range<UInt64> {
        let before = cursor.next
        cursor.timeOut()
        isProofAsked = false
        // Whoever hasn't said that this is his stream is no sign of it.
        if trust == .untold {
            if case .unknown = answer { isUnknownHere = true }
            return pause(now, before)
        }
        wasHeard = true
        switch (answer, trust) {
        case (.unknown, .trusted), (.unknown, .claimed): vanish()
        case (_, .refused), (_, .untold): break
        case (.other, _):
            refuse(
                "its record \(before - 1) isn't what it was", endpoint, until: now + Self.refusalPause,
                into: &deliveries)
            return before..<before
        case (_, .claimed):
            trust = .trusted
            saidRefusal = nil
            if let control = pendingControl { believe(control, endpoint, into: &deliveries) }
        case (_, .trusted): break
        }
        guard trust == .trusted else { return pause(now, before) }
        var new = before..<before
        switch answer {
        case .batch(_, let first, let published, _):
            // More records than the publisher says it has: a batch that can't be right.
            guard first.plus(count) <= published else { return pause(now, before) }
            new = cursor.receive(batch: first, count: count, next: published)
        case .nothing(_, let published): cursor.receiveNothing(next: published)
        case .gone(_, let kept): pendingLost = pendingLost.plus(cursor.receiveGone(firstKept: kept))
        case .unknown, .other: break
        }
        if cursor.next > before {
            fruitless = 0
        } else if cursor.phase == .catchingUp {
            return pause(now, before)
        }
        return new
    }

    /// Its publisher counts as gone.
    mutating func vanish() {
        guard !hasEnded else { return }
        pendingLost = pendingLost.plus(cursor.receiveUnknown())
        hasVanished = true
        isConnectedAnew = false
    }

    private mutating func pause(_ now: ContinuousClock.Instant, _ next: UInt64) -> Range<UInt64> {
        if fruitless > 0 {
            pausedUntil = now + min(Self.shortestPause * (1 << min(fruitless - 1, 6)), Self.longestPause)
        }
        fruitless += 1
        return next..<next
    }

    mutating func timeOut() {
        cursor.timeOut()
        isProofAsked = false
    }

    // MARK: Asking

    /// Whether there is something to ask for now.
    func wantsToAsk(_ now: ContinuousClock.Instant) -> Bool {
        if let pausedUntil, pausedUntil > now { return false }
        switch trust {
        case .trusted: return cursor.phase == .catchingUp && !cursor.isAsking
        case .claimed: return !isProofAsked
        case .untold: return isReplaced && !isUnknownHere && !isProofAsked && !hasEnded
        case .refused: return false
        }
    }

    /// How long it has to wait before it may ask; nil: it needn't, or has nothing to ask.
    func timeToQuestion(_ now: ContinuousClock.Instant) -> Duration? {
        guard !isRefused, !hasEnded, let pausedUntil, pausedUntil > now else { return nil }
        return pausedUntil - now
    }

    /// The next question.
    mutating func question() -> ReplayRequest {
        if trust == .trusted { _ = cursor.question() } else { isProofAsked = true }
        // Whoever hasn't named the fingerprint isn't told it.
        if trust == .untold { return .fetch(stream: id, from: cursor.next, budget: 0) }
        return .fetch(
            stream: id, from: cursor.next, budget: Asker.budget, fingerprint: fingerprint, last: lastFingerprint)
    }

    /// Says that everything has arrived.
    mutating func acknowledgement() -> ReplayRequest {
        isAcknowledged = true
        return .end(stream: id, last: lastFingerprint)
    }

    /// Whether its replay connection is still needed.
    var needsReplay: Bool { !hasEnded || isUnsafe }

    /// Whether it has ended, and its publisher hasn't been told yet that everything is safe.
    var isUnsafe: Bool { hasEnded && !isAcknowledged && !hasVanished }

    // MARK: Looking around

    /// Says what has come true since the last call: time reached, level with the publisher, ended.
    mutating func report(into deliveries: inout [Delivery]) {
        guard !isEndReported else { return }
        if trust == .trusted, let control = pendingControl, cursor.hasReached(control.next) {
            pendingControl = nil
            if let time = control.eventTime { deliveries.append(.time(stream: id, milliseconds: time)) }
            deliveries.append(.caughtUp(stream: id, complete: control.complete ?? false))
        }
        if isUnknownHere && (silence.isReported || !silence.isLimited) { vanish() }
        guard hasEnded else { return }
        isEndReported = true
        settleLoss(into: &deliveries)
        deliveries.append(hasVanished ? .vanished(stream: id) : .ended(stream: id))
    }

    /// Looks whether the publisher has been silent for too long.
    mutating func lookForSilence(_ now: ContinuousClock.Instant, into deliveries: inout [Delivery]) {
        guard !hasEnded else { return }
        if silence.look(now, wasHeard: wasHeard) { deliveries.append(.idle(stream: id)) }
        wasHeard = false
    }

    /// How long until silence is to be looked for; nil: never.
    var timeToSilence: Duration? { hasEnded ? nil : silence.timeToLimit }
}
