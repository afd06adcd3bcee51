/// The event-time engine: messages and time go in, windows come out.

/// Cuts each session of each stream into windows of event time.
///
/// A value without clock, I/O or concurrency: the same events give the same actions, always, however the messages are
/// cut into batches. The rules are those of Apache Flink
/// (https://nightlies.apache.org/flink/flink-docs-stable/docs/dev/datastream/operators/windows/).
public struct Engine: Sendable {
    var policy: WindowPolicy
    var streams: [String: StreamState] = [:]
    var ended = EndedStreams()
    /// Messages that have been put into a window, each counted once.
    public private(set) var assigned = 0
    /// What all messages cost that are in windows, of whatever stream; see `Conversation.cost`.
    public internal(set) var cost = 0

    public init(policy: WindowPolicy) { self.policy = policy }

    /// Takes one event.
    ///
    /// - Parameter actions: what follows from the event is appended here, in order. Windows that close together come
    ///   by end, then start, then session id.
    /// - Returns: whether the engine is another than before, and would do something else with what comes next.
    @discardableResult
    public mutating func handle(_ event: Event, into actions: inout [Action]) -> Bool {
        switch event {
        case .messages(let batch): return process(batch, into: &actions)
        case .time(let stream, let reached):
            let result = streams[stream]?.counting(in: &cost) { state, _ in
                state.tick(reached, into: &actions)
            }
            guard let result else { return false }
            assigned += result.assigned
            makeRoom(into: &actions)
            return result.hasChanged
        case .idle(let stream):
            streams[stream]?.counting(in: &cost) { state, _ in state.closeOpenWindows(into: &actions) }
        case .ended(let stream):
            guard var last = streams.removeValue(forKey: stream) else { return false }
            last.counting(in: &cost) { state, _ in state.end(into: &actions) }
            ended.add(stream, last.clock, keeping: policy.limits.endedStreams)
        }
        return true
    }

    private mutating func process(_ batch: MessageBatch, into actions: inout [Action]) -> Bool {
        guard batch.count > 0 else { return false }
        if !ended.isEmpty, let clock = ended.remove(batch.stream) {
            streams[batch.stream] = StreamState(id: batch.stream, policy: policy, goingOnFrom: clock)
        }
        let limit = policy.limits.total
        var place = 0
        repeat {
            assigned += streams[batch.stream, default: StreamState(id: batch.stream, policy: policy)]
                .counting(in: &cost) { state, others in
                    state.process(batch, from: &place, within: limit - others, into: &actions)
                }
            makeRoom(into: &actions)
        } while place < batch.count
        return true
    }

    /// Where windows have become too large all together, the largest come out as parts until there is half of the room
    /// again: seldom, and much at a time.
    private mutating func makeRoom(into actions: inout [Action]) {
        guard cost > policy.limits.total else { return }
        for window in LargestWindows.of(streams) {
            guard cost > policy.limits.total / 2 else { return }
            streams[window.stream]?.counting(in: &cost) { state, _ in
                state.windows.cut(window.slot, into: &actions)
            }
        }
    }

    /// How many windows there are: open ones, and those kept for late messages.
    public var openWindows: Int { streams.values.reduce(0) { $0 + $1.openWindows } }

    /// Goes on by other rules: what is open comes out as it is, and the streams' clocks go on. Where only the limits are
    /// others, windows stay open.
    ///
    /// - Parameter actions: the windows that come out are appended here.
    public mutating func change(to policy: WindowPolicy, into actions: inout [Action]) {
        var sameButForLimits = policy
        sameButForLimits.limits = self.policy.limits
        for id in streams.keys.sorted() {
            streams[id]?.counting(in: &cost) { state, _ in
                if sameButForLimits == self.policy {
                    state.change(limits: policy.limits)
                } else {
                    state.closeOpenWindows(into: &actions)
                    state.change(to: policy)
                }
            }
        }
        self.policy = policy
        makeRoom(into: &actions)
    }

    /// The number of the message of a stream that is held because it seems to come from the future.
    public func heldSequence(of stream: String) -> UInt64? { streams[stream]?.heldSequence }
}

extension StreamState {
    /// Lets a stream do something, and keeps count of what is in windows.
    ///
    /// - Parameters:
    ///   - total: what is in the windows of all streams.
    ///   - body: gets the stream, and what is in those of the others.
    @inline(__always)
    mutating func counting<R>(in total: inout Int, _ body: (inout StreamState, _ others: Int) -> R) -> R {
        let others = total - windows.cost
        defer { total = others + windows.cost }
        return body(&self, others)
    }
}
