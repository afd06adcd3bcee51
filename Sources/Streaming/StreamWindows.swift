/// One stream's windows: messages go in, results come out.
import Bytes
import Chat

/// The windows of a stream's sessions. Times are in milliseconds; a window is over when `frontier` has reached its end,
/// which is when the watermark has reached its last millisecond.
struct StreamWindows: Sendable {
    let stream: String
    var policy: WindowPolicy
    let kind: WindowKind
    var sessions = SessionTable()
    var windows = WindowTable()
    private var timers = Timers()
    /// What all messages cost that are in a window; one that is in several counts in each.
    var cost = 0
    /// Windows that end here or before are over, whatever the allowed lateness: they have come out and are forgotten.
    var finished = Int64.min
    /// The tumbling window of the message before: the next one is nearly always in it too.
    var recent: Range<Int64> = 0..<0
    /// What ``bringNear(_:in:)`` has read. Nobody needs it; without it, nothing would be read.
    var touched = 0

    init(stream: String, policy: WindowPolicy) {
        self.stream = stream
        self.policy = policy
        kind = policy.kind
    }

    var count: Int { windows.count }
    /// Nothing is due before this.
    var nextTimer: Int64 { timers.next }
    var lastOpenEnd: Int64? { windows.lastOpenEnd }

    /// Puts a message into its windows, or out as late.
    ///
    /// - Returns: whether it is in a window.
    @inline(__always)
    mutating func assign(
        _ record: MessageBatch.Record, in bytes: UnsafeRawBufferPointer, frontier: Int64,
        into actions: inout [Action]
    ) -> Bool {
        let message = Arrival(record, in: bytes)
        let isAssigned =
            switch policy.windows {
            case .tumbling(let size): assign(message, toTumblingOf: size, frontier, into: &actions)
            case .sliding(let size, let slide):
                assign(message, toSlidingOf: size, every: slide, frontier, into: &actions)
            case .session(let gap, let longest):
                assign(message, toSessionWith: gap, longest, frontier, into: &actions)
            }
        if !isAssigned {
            actions.append(
                .late(
                    LateMessage(
                        stream: stream, sessionID: String(decoding: message.sessionID, as: UTF8.self),
                        sequence: record.sequence, timestamp: record.timestamp,
                        watermark: Timestamp(milliseconds: frontier.minus(1)))))
        }
        return isAssigned
    }

    /// Flink: late when the watermark has passed the window's last millisecond and the allowed lateness.
    @inline(__always)
    func takes(_ end: Int64, _ frontier: Int64) -> Bool {
        end + policy.allowedLateness > frontier && end > finished
    }

    /// Puts a message into one window.
    @inline(__always)
    mutating func put(
        _ message: borrowing Arrival, into slot: Int32, _ frontier: Int64, into actions: inout [Action]
    ) {
        let isTooMuch = isTooMuch(message.cost, for: slot)
        if isTooMuch { cut(slot, into: &actions) }
        windows[slot].conversation.append(
            timestamp: message.record.timestamp, sequence: message.record.sequence, sender: message.record.sender,
            text: message.text)
        cost += message.cost
        if message.record.sender == .customer { windows[slot].hasNewTurn = true }
        if windows[slot].end <= frontier {
            // Late, and allowed to be: the window comes out again at once.
            comeOut(slot, .window, into: &actions)
            windows[slot].isClosed = true
        }
        // Alone it is too much.
        if isTooMuch && message.cost > policy.limits.window { cut(slot, into: &actions) }
        setTimer(of: slot)
    }

    // MARK: Parts

    /// Whether a window can't take so much more.
    @inline(__always)
    func isTooMuch(_ more: Int, for slot: Int32) -> Bool {
        windows[slot].conversation.cost + more > policy.limits.window
    }

    /// Makes room in a window: what is there comes out as a part, and stands; the window goes on without it. What has come
    /// out already, since the window has closed, stands as it came out.
    @inline(never)
    mutating func cut(_ slot: Int32, into actions: inout [Action]) {
        guard windows[slot].conversation.count > 0 else { return }
        windows[slot].lastGone = windows[slot].last
        if windows[slot].isClosed {
            _ = takeMessages(of: slot)
        } else {
            comeOut(slot, .size, isLast: true, into: &actions)
        }
        windows[slot].results = []
        windows[slot].hasNewTurn = false
    }

    private mutating func takeMessages(of slot: Int32) -> Conversation {
        cost -= windows[slot].conversation.cost
        return windows.takeMessages(of: slot)
    }

    // MARK: Timers

    /// Sees to it that a window is looked at when it is due. A timer that is too early stays: when it goes off, the
    /// window gets its next one.
    @inline(__always)
    mutating func setTimer(of slot: Int32) {
        let due = due(slot)
        guard due < windows[slot].timer else { return }
        windows[slot].timer = due
        timers.set(slot, at: due)
    }

    /// When there is something to do for a window.
    @inline(__always)
    private func due(_ slot: Int32) -> Int64 {
        let end = windows[slot].end
        if windows[slot].isClosed { return end.plus(policy.allowedLateness) }
        guard let silence = policy.turnSilence, windows[slot].hasNewTurn,
            windows[slot].conversation.lastSender == .customer
        else { return end }
        return min(end, windows[slot].conversation.latest.milliseconds.plus(silence))
    }

    /// Does all that is due when everything before `frontier` has arrived: windows that end come out, by end, start and
    /// session id; early results at their time between them; windows kept for late messages go.
    mutating func close(upTo frontier: Int64, into actions: inout [Action]) {
        while let (time, slots) = timers.popDue(at: frontier) {
            var ending: [Int32] = []
            var turns: [Int32] = []
            for slot in slots where windows.hasTimer(slot, at: time) {
                windows[slot].timer = .max
                if due(slot) > time {
                    setTimer(of: slot)
                } else if windows[slot].isClosed {
                    cost -= windows[slot].conversation.cost
                    windows.remove(slot, from: &sessions)
                } else if windows[slot].end > time {
                    turns.append(slot)
                } else {
                    ending.append(slot)
                }
            }
            inOrder(&ending)
            for (place, slot) in ending.enumerated() {
                if place % Self.groupSize == 0 { bringNear(ending[place...].prefix(Self.groupSize)) }
                // All that was said may have come out in parts.
                if windows[slot].conversation.count > 0 {
                    comeOut(slot, .window, isLast: policy.allowedLateness == 0, into: &actions)
                }
                if policy.allowedLateness == 0 {
                    windows.remove(slot, from: &sessions)
                } else {
                    windows[slot].isClosed = true
                    setTimer(of: slot)
                }
            }
            inOrder(&turns)
            for slot in turns {
                comeOut(slot, .turn, into: &actions)
                windows[slot].hasNewTurn = false
                setTimer(of: slot)
            }
        }
    }

    /// Windows that are due together have a fixed order: by start, then session id. What they are compared by is taken
    /// out first, each once: a million windows are a million places in memory.
    private func inOrder(_ slots: inout [Int32]) {
        guard slots.count > 1 else { return }
        var places = slots.map { slot in
            let session = windows[slot].session
            return Place(
                start: windows[slot].start, name: sessions.beginning(of: session), session: session, slot: slot)
        }
        places.sort { a, b in
            if a.start != b.start { return a.start < b.start }
            return a.name != b.name ? a.name < b.name : sessions.precedes(a.session, b.session)
        }
        for index in slots.indices { slots[index] = places[index].slot }
    }

    private struct Place {
        let start: Int64
        let name: (UInt64, UInt64)
        let session: Int32
        let slot: Int32
    }

    func sessionName(of slot: Int32) -> SessionName { sessions.bytes(of: windows[slot].session) }

    // MARK: Results

    /// Makes a result of what is in a window now.
    ///
    /// - Parameter isLast: the window's messages aren't needed any more, and go into the result.
    private mutating func comeOut(
        _ slot: Int32, _ trigger: Trigger, isLast: Bool = false, into actions: inout [Action]
    ) {
        windows[slot].conversation.sortByTimestamp()
        windows[slot].revision = windows[slot].revision.plus(1)
        let bounds = window(slot)
        let revision = Int(windows[slot].revision)
        let superseded = windows[slot].results
        let conversation: Conversation
        if isLast {
            conversation = takeMessages(of: slot)
        } else {
            conversation = windows[slot].conversation
            windows[slot].results = [WindowResult.Superseded(window: bounds, revision: revision)]
        }
        actions.append(
            .result(
                WindowResult(
                    stream: stream, sessionID: sessions.name(of: windows[slot].session), window: bounds,
                    revision: revision, supersedes: superseded, trigger: trigger, conversation: conversation)))
    }

    func window(_ slot: Int32) -> Window {
        Window(
            kind: kind, start: Timestamp(milliseconds: windows[slot].start),
            end: Timestamp(milliseconds: windows[slot].end))
    }
}

/// A message that is being put into windows.
struct Arrival: ~Copyable {
    let record: MessageBatch.Record
    let sessionID: UnsafeRawBufferPointer
    let text: UnsafeRawBufferPointer

    @inline(__always)
    init(_ record: MessageBatch.Record, in bytes: UnsafeRawBufferPointer) {
        self.record = record
        sessionID = UnsafeRawBufferPointer(rebasing: bytes[record.session.asInt])
        text = UnsafeRawBufferPointer(rebasing: bytes[record.text.asInt])
    }

    var time: Int64 { record.timestamp.milliseconds }

    /// What it adds to a window's cost.
    var cost: Int {
        @inline(__always) get { Conversation.cost(ofText: text.count) }
    }
}
