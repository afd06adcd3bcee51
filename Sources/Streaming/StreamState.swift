/// One stream: its clock, its windows, and the message that is held.
import Bytes
import Chat

/// Everything the engine knows of one stream. Each stream has its own clock: none holds back or hurries another.
struct StreamState: Sendable {
    var windows: StreamWindows
    private var policy: WindowPolicy
    var clock = StreamClock()
    /// A message beyond this one's time needs a closer look. Before the first message nothing does; while one is held,
    /// every one does.
    var horizon = Int64.max
    /// A message from the future, alone in a batch; nil: none is held.
    var held: MessageBatch?

    init(id: String, policy: WindowPolicy) {
        windows = StreamWindows(stream: id, policy: policy)
        self.policy = policy
    }

    /// A stream that had ended, and is back: windows that were over then are over.
    init(id: String, policy: WindowPolicy, goingOnFrom clock: StreamClock) {
        self.init(id: id, policy: policy)
        self.clock = clock
        windows.finished = clock.frontier
        setHorizon()
    }

    var openWindows: Int { windows.count }

    var heldSequence: UInt64? { held?.records.first?.sequence }

    /// Takes messages of a batch, up to the first with which windows hold too much.
    ///
    /// - Parameters:
    ///   - place: the number of the first one, counted from 0; afterwards that of the next.
    ///   - room: what the stream's windows may hold.
    /// - Returns: how many of the messages are in a window now. One that was held before is counted when it gets there.
    mutating func process(
        _ batch: MessageBatch, from place: inout Int, within room: Int, into actions: inout [Action]
    ) -> Int {
        let first = place
        let (assigned, next) = batch.withRecords { records, bytes in
            var assigned = 0
            for start in stride(from: first, to: records.count, by: StreamWindows.groupSize) {
                let group = records[start..<min(start + StreamWindows.groupSize, records.count)]
                windows.bringNear(group, in: bytes)
                var next = start
                for record in group {
                    next += 1
                    if record.timestamp.milliseconds > horizon {
                        guard admit(record, bytes, &assigned, into: &actions) else { continue }
                    }
                    put(record, bytes, &assigned, into: &actions)
                    if windows.cost > room { return (assigned, next) }
                }
            }
            return (assigned, records.count)
        }
        place = next
        return assigned
    }

    /// Puts a message into its windows, and lets it move the clock.
    @inline(__always)
    private mutating func put(
        _ record: MessageBatch.Record, _ bytes: UnsafeRawBufferPointer, _ assigned: inout Int,
        into actions: inout [Action]
    ) {
        // Time has passed before the message came. That changes no window, which couldn't hold it any more, but whoever
        // has waited for an answer until then has waited, also when this message is the answer.
        if policy.turnSilence != nil && clock.hasMessages {
            advance(to: record.timestamp.milliseconds.minus(1), isMessage: false, into: &actions)
        }
        if windows.assign(record, in: bytes, frontier: clock.frontier, into: &actions) { assigned += 1 }
        advance(to: record.timestamp.milliseconds, isMessage: true, into: &actions)
    }

    @inline(__always)
    private mutating func advance(to time: Int64, isMessage: Bool, into actions: inout [Action]) {
        if time > clock.latest || !clock.hasMessages {
            clock.hasMessages = clock.hasMessages || isMessage
            clock.latest = max(clock.latest, time)
            clock.frontier = max(clock.frontier, clock.latest.minus(policy.maxOutOfOrderness))
            setHorizon()
        }
        if windows.nextTimer <= clock.frontier { windows.close(upTo: clock.frontier, into: &actions) }
    }

    @inline(__always)
    mutating func setHorizon() {
        if clock.hasMessages && held == nil { horizon = clock.latest.plus(policy.maxAdvance) }
    }

    // MARK: The future

    /// Whether a message counts now. One that is too far ahead is held until the next one has been seen.
    @inline(never)
    private mutating func admit(
        _ record: MessageBatch.Record, _ bytes: UnsafeRawBufferPointer, _ assigned: inout Int,
        into actions: inout [Action]
    ) -> Bool {
        let time = record.timestamp.milliseconds
        if let earlier = held?.records.first?.timestamp.milliseconds {
            guard time < earlier.minus(policy.maxAdvance) else {
                // The next one is near it or beyond it: time has really jumped, and both count.
                putHeld(&assigned, into: &actions)
                return true
            }
            rejectHeld(into: &actions)
        }
        guard time > horizon else { return true }
        var alone = MessageBatch(stream: windows.stream)
        alone.append(record, from: bytes)
        hold(alone)
        clock.doubtful = min(clock.doubtful, time)
        return false
    }

    /// Holds a message that is alone in a batch.
    mutating func hold(_ alone: MessageBatch) {
        held = alone
        horizon = .min
    }

    /// Whether what is held, if anything is, can have been put there by an engine. Bytes may be anything.
    var heldIsSound: Bool { held.map { $0.count == 1 && $0.areTimesSound } ?? true }

    private mutating func putHeld(_ assigned: inout Int, into actions: inout [Action]) {
        guard let batch = held else { return }
        held = nil
        clock.doubtful = .max
        setHorizon()
        batch.withRecords { records, bytes in
            for record in records { put(record, bytes, &assigned, into: &actions) }
        }
    }

    private mutating func rejectHeld(into actions: inout [Action]) {
        guard let batch = held, let record = batch.records.first else { return }
        held = nil
        setHorizon()
        actions.append(
            .rejected(
                RejectedMessage(
                    stream: windows.stream, sessionID: batch.sessionID(of: record), sequence: record.sequence,
                    timestamp: record.timestamp, reached: Timestamp(milliseconds: clock.latest))))
    }

    // MARK: Time without messages

    /// The stream's own clock has reached a time.
    ///
    /// - Returns: how many held messages are in a window now, and whether anything has changed.
    mutating func tick(_ time: Timestamp, into actions: inout [Action]) -> (assigned: Int, hasChanged: Bool) {
        let before = clock
        var assigned = 0
        if clock.believes(time.milliseconds, by: policy) {
            advance(to: time.milliseconds, isMessage: false, into: &actions)
            if let ahead = held?.records.first?.timestamp.milliseconds, ahead <= clock.latest.plus(policy.maxAdvance) {
                putHeld(&assigned, into: &actions)
            }
        }
        return (assigned, clock != before)
    }

    /// Closes what is open: the publisher has fallen silent. Whatever it still brings for those windows is late.
    mutating func closeOpenWindows(into actions: inout [Action]) {
        guard let end = windows.lastOpenEnd else { return }
        clock.frontier = max(clock.frontier, end)
        windows.close(upTo: clock.frontier, into: &actions)
    }

    /// Goes on by other rules. Windows that are open or kept are forgotten, and none of them begins anew: it would have the
    /// id of one that has come out.
    mutating func change(to policy: WindowPolicy) {
        self.policy = policy
        windows = StreamWindows(stream: windows.stream, policy: policy)
        windows.finished = clock.frontier
        setHorizon()
    }

    /// Goes on by the same rules with other limits.
    mutating func change(limits: WindowPolicy.Limits) {
        policy.limits = limits
        windows.policy.limits = limits
    }

    /// Closes everything: nothing will follow, as far as one knows. The clock stops where the last window has ended.
    mutating func end(into actions: inout [Action]) {
        rejectHeld(into: &actions)
        if let end = windows.lastOpenEnd { clock.frontier = max(clock.frontier, end) }
        windows.close(upTo: .max, into: &actions)
        clock.claim = nil
    }
}
