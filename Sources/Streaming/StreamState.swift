/// One stream's clock.
import Common

/// Everything the engine knows of one stream. Each stream has its own clock: none holds back or hurries another.
struct StreamState: Sendable {
    var windows: StreamWindows
    private var policy: WindowPolicy
    /// The latest time that a message or the stream's own clock has reached, in milliseconds.
    var latest = Int64.min
    /// Event time up to which everything is taken to have arrived: `latest − max out-of-orderness`, in milliseconds. It
    /// is the watermark and one millisecond; windows that end here or before are over.
    var complete = Int64.min
    var hasMessages = false
    /// A message beyond this one's time needs a closer look. Before the first message nothing does; while one is held,
    /// every one does.
    var horizon = Int64.max
    /// A message from the future, alone in a batch; nil: none is held.
    var held: MessageBatch?
    /// The stream's own clock isn't believed from here on: a message that said so wasn't.
    var doubtful = Int64.max

    init(id: String, policy: WindowPolicy) {
        windows = StreamWindows(stream: id, policy: policy)
        self.policy = policy
    }

    var openWindows: Int { windows.count }

    var heldSequence: UInt64? { held?.records.first?.sequence }

    /// - Returns: how many of the messages are in a window now. One that was held before is counted when it gets there.
    mutating func take(_ batch: MessageBatch, into actions: inout [Action]) -> Int {
        batch.withRecords { records, bytes in
            var assigned = 0
            for start in stride(from: 0, to: records.count, by: StreamWindows.groupSize) {
                let group = records[start..<min(start + StreamWindows.groupSize, records.count)]
                windows.bringNear(group, in: bytes)
                for record in group {
                    if record.timestamp.milliseconds > horizon {
                        guard admit(record, bytes, &assigned, into: &actions) else { continue }
                    }
                    put(record, bytes, &assigned, into: &actions)
                }
            }
            return assigned
        }
    }

    /// Puts a message into its windows, and lets it move the clock.
    @inline(__always)
    private mutating func put(
        _ record: MessageBatch.Record, _ bytes: UnsafeRawBufferPointer, _ assigned: inout Int,
        into actions: inout [Action]
    ) {
        // Time has passed before the message came. That changes no window, which couldn't hold it any more, but whoever
        // has waited for an answer until then has waited, also when this message is the answer.
        if policy.turnSilence != nil && hasMessages {
            advance(to: record.timestamp.milliseconds.minus(1), isMessage: false, into: &actions)
        }
        if windows.assign(record, in: bytes, complete: complete, into: &actions) { assigned += 1 }
        advance(to: record.timestamp.milliseconds, isMessage: true, into: &actions)
    }

    @inline(__always)
    private mutating func advance(to time: Int64, isMessage: Bool, into actions: inout [Action]) {
        if time > latest || !hasMessages {
            hasMessages = hasMessages || isMessage
            latest = max(latest, time)
            complete = max(complete, latest.minus(policy.maxOutOfOrderness))
            if hasMessages && held == nil { horizon = latest.plus(policy.maxAdvance) }
        }
        if windows.nextTimer <= complete { windows.close(upTo: complete, into: &actions) }
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
        held = alone
        doubtful = min(doubtful, time)
        horizon = .min
        return false
    }

    private mutating func putHeld(_ assigned: inout Int, into actions: inout [Action]) {
        guard let batch = held else { return }
        held = nil
        doubtful = .max
        horizon = latest.plus(policy.maxAdvance)
        batch.withRecords { records, bytes in
            for record in records { put(record, bytes, &assigned, into: &actions) }
        }
    }

    private mutating func rejectHeld(into actions: inout [Action]) {
        guard let batch = held, let record = batch.records.first else { return }
        held = nil
        horizon = latest.plus(policy.maxAdvance)
        actions.append(
            .rejected(
                RejectedMessage(
                    stream: windows.stream, sessionID: batch.sessionID(of: record), sequence: record.sequence,
                    timestamp: record.timestamp, reached: Timestamp(milliseconds: latest))))
    }

    // MARK: Time without messages

    /// The stream's own clock has reached `time`.
    ///
    /// - Returns: how many held messages are in a window now.
    mutating func tick(_ time: Timestamp, into actions: inout [Action]) -> Int {
        let time = time.milliseconds
        // A publisher whose clock follows its messages repeats what one message said that nobody confirmed.
        if hasMessages && time >= doubtful && time > latest.plus(policy.maxAdvance) { return 0 }
        advance(to: time, isMessage: false, into: &actions)
        var assigned = 0
        if let ahead = held?.records.first?.timestamp.milliseconds, ahead <= latest.plus(policy.maxAdvance) {
            putHeld(&assigned, into: &actions)
        }
        return assigned
    }

    /// Closes what is open: the publisher has fallen silent. Whatever it still brings for those windows is late.
    mutating func closeOpenWindows(into actions: inout [Action]) {
        guard let end = windows.lastOpenEnd else { return }
        complete = max(complete, end)
        windows.close(upTo: complete, into: &actions)
    }

    /// Goes on by other rules. Windows that are open or kept are forgotten.
    mutating func change(to policy: WindowPolicy) {
        self.policy = policy
        windows = StreamWindows(stream: windows.stream, policy: policy)
        if hasMessages && held == nil { horizon = latest.plus(policy.maxAdvance) }
    }

    /// Closes everything: nothing will follow.
    mutating func end(into actions: inout [Action]) {
        rejectHeld(into: &actions)
        windows.close(upTo: .max, into: &actions)
    }
}

extension Int64 {
    /// Times come from outside; one at the edge of what can be counted stays there.
    func plus(_ other: Int64) -> Int64 {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? .max : sum
    }

    func minus(_ other: Int64) -> Int64 {
        let (difference, overflow) = subtractingReportingOverflow(other)
        return overflow ? .min : difference
    }
}
