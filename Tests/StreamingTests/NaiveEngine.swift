/// The rules of event time in the plainest way, as something to compare with.
import Chat
import Streaming

/// Looks at every window for everything that happens. Slow, and as short as the rules are.
struct NaiveEngine {
    struct Window {
        let session: String
        var start: Int64
        var end: Int64
        /// By arrival.
        var messages: [ChatMessage]
        var revision = 0
        var isClosed = false
        /// What the customer had said when the last early result came.
        var answered = 0
        /// Results that have come out and aren't superseded, as they are written.
        var results: [String] = []
        /// The time of the last message that has gone out in a part.
        var lastGone: Int64?

        var inOrder: [ChatMessage] { messages.sorted { ($0.timestamp, $0.sequence) < ($1.timestamp, $1.sequence) } }
        var said: Int { messages.count { $0.sender == .customer } }
        var last: Int64 { max(messages.map(\.timestamp.milliseconds).max() ?? start, lastGone ?? start) }
        var cost: Int { messages.reduce(0) { $0 + NaiveEngine.cost($1) } }
    }

    struct Stream {
        var latest: Int64?
        var hasMessages = false
        var frontier = Int64.min / 2
        var held: (session: String, message: ChatMessage)?
        var doubtful: Int64?
        /// What the stream's own clock says beyond what is believed: each time, the first of them first.
        var claims: [Int64] = []
        /// Windows that end here or before aren't opened any more.
        var finished = Int64.min / 2
        var windows: [Window] = []
    }

    let policy: WindowPolicy
    var streams: [String: Stream] = [:]
    /// Streams that have ended, in the order in which they have.
    var ended: [(id: String, stream: Stream)] = []
    /// What came out, a line each.
    var lines: [String] = []

    init(_ policy: WindowPolicy) { self.policy = policy }

    // MARK: What happens

    mutating func process(_ message: ChatMessage, of session: String, in id: String) {
        if let past = ended.firstIndex(where: { $0.id == id }) { streams[id] = ended.remove(at: past).stream }
        look(at: message, of: session, in: id)
        makeRoom()
    }

    private mutating func look(at message: ChatMessage, of session: String, in id: String) {
        var stream = streams[id] ?? Stream()
        defer { streams[id] = stream }
        let time = message.timestamp.milliseconds
        if let held = stream.held {
            stream.held = nil
            if time >= held.message.timestamp.milliseconds - policy.maxAdvance {
                stream.doubtful = nil
                put(held.message, held.session, &stream, id)
                put(message, session, &stream, id)
                return
            }
            lines.append("\(id) rejected \(held.message.sequence)")
        }
        if stream.hasMessages, let latest = stream.latest, time > latest + policy.maxAdvance {
            stream.held = (session, message)
            stream.doubtful = min(stream.doubtful ?? time, time)
            return
        }
        put(message, session, &stream, id)
    }

    mutating func tick(_ time: Int64, in id: String) {
        guard var stream = streams[id], let latest = stream.latest else { return }
        if believes(time, latest, &stream) {
            advance(&stream, to: time, id)
            if let held = stream.held, let latest = stream.latest,
                held.message.timestamp.milliseconds <= latest + policy.maxAdvance
            {
                stream.held = nil
                stream.doubtful = nil
                put(held.message, held.session, &stream, id)
            }
        }
        streams[id] = stream
        makeRoom()
    }

    private func believes(_ time: Int64, _ latest: Int64, _ stream: inout Stream) -> Bool {
        if time <= latest + policy.maxAdvance {
            stream.claims = []
            return true
        }
        if let doubtful = stream.doubtful, time >= doubtful { return false }
        if let last = stream.claims.last, time < last || time > last + policy.maxAdvance { stream.claims = [] }
        stream.claims.append(time)
        guard time - stream.claims[0] >= policy.limits.clockProof else { return false }
        stream.claims = []
        return true
    }

    mutating func idle(_ id: String) {
        guard var stream = streams[id], let end = stream.windows.filter({ !$0.isClosed }).map(\.end).max() else {
            return
        }
        stream.frontier = max(stream.frontier, end)
        settle(&stream, id)
        streams[id] = stream
    }

    mutating func end(_ id: String) {
        guard var stream = streams.removeValue(forKey: id) else { return }
        if let held = stream.held { lines.append("\(id) rejected \(held.message.sequence)") }
        let frontier = max(stream.frontier, stream.windows.filter { !$0.isClosed }.map(\.end).max() ?? .min)
        stream.frontier = .max
        settle(&stream, id)
        guard stream.hasMessages else { return }
        var past = Stream()
        (past.latest, past.frontier, past.hasMessages) = (stream.latest, frontier, true)
        (past.doubtful, past.finished) = (stream.doubtful, frontier)
        ended = ended.suffix(policy.limits.endedStreams - 1) + [(id, past)]
    }

    // MARK: What follows

    private mutating func put(_ message: ChatMessage, _ session: String, _ stream: inout Stream, _ id: String) {
        // Time has passed before the message came, and somebody may have waited for an answer in it.
        if policy.turnSilence != nil, let latest = stream.latest, message.timestamp.milliseconds - 1 > latest {
            advance(&stream, to: message.timestamp.milliseconds - 1, id)
        }
        let indices =
            switch policy.windows {
            case .tumbling(let size): aligned(message, session, &stream, size, size)
            case .sliding(let size, let slide): aligned(message, session, &stream, size, slide)
            case .session(let gap, let longest): merged(message, session, &stream, gap, longest, id)
            }
        if indices.isEmpty { lines.append("\(id) late \(message.sequence)") }
        for index in indices {
            cut(&stream.windows[index], id, for: Self.cost(message))
            stream.windows[index].messages.append(message)
            if stream.windows[index].end <= stream.frontier {
                comeOut(&stream.windows[index], "window", id)
                stream.windows[index].isClosed = true
            }
            cut(&stream.windows[index], id, for: 0)
        }
        stream.hasMessages = true
        advance(&stream, to: message.timestamp.milliseconds, id)
    }

    /// The windows of a message that still take it; those that aren't there yet are opened.
    private func aligned(
        _ message: ChatMessage, _ session: String, _ stream: inout Stream, _ size: Int64, _ slide: Int64
    ) -> [Int] {
        let time = message.timestamp.milliseconds
        var indices: [Int] = []
        var start = (time - size) / slide * slide - 2 * slide
        while start <= time {
            if start + size > time && takes(start + size, stream) {
                if let open = stream.windows.firstIndex(where: { $0.session == session && $0.start == start }) {
                    indices.append(open)
                } else {
                    stream.windows.append(Window(session: session, start: start, end: start + size, messages: []))
                    indices.append(stream.windows.count - 1)
                }
            }
            start += slide
        }
        return indices
    }

    private func takes(_ end: Int64, _ stream: Stream) -> Bool {
        end + policy.allowedLateness > stream.frontier && end > stream.finished
    }

    /// The window that a message makes of those it touches.
    private mutating func merged(
        _ message: ChatMessage, _ session: String, _ stream: inout Stream, _ gap: Int64, _ longest: Int64, _ id: String
    ) -> [Int] {
        func end(_ first: Int64, _ last: Int64) -> Int64 {
            longest == .max ? last + gap : min(last + gap, first + longest)
        }
        let time = message.timestamp.milliseconds
        let touching = stream.windows
            .filter { $0.session == session && time <= $0.end && time + gap >= $0.start }
            .sorted { $0.start < $1.start }
        var (first, last) = (time, time)
        var whole: Window?
        var joined: [Int64] = []
        for window in touching where max(last, window.last) - min(first, window.start) < longest {
            (first, last) = (min(first, window.start), max(last, window.last))
            joined.append(window.start)
            guard var both = whole else {
                whole = window
                continue
            }
            cut(&both, id, for: window.cost)
            both.messages += window.messages
            both.revision = max(both.revision, window.revision)
            both.results += window.results
            both.answered += window.answered
            both.lastGone = [both.lastGone, window.lastGone].compactMap { $0 }.max()
            both.isClosed = both.isClosed && window.isClosed
            both.end = end(both.start, both.last)
            whole = both
        }
        if whole == nil && !takes(end(first, last), stream) { return [] }
        var window = whole ?? Window(session: session, start: time, end: 0, messages: [])
        if whole != nil { cut(&window, id, for: Self.cost(message)) }
        (window.start, window.end, window.isClosed) = (first, end(first, last), false)
        stream.windows.removeAll { $0.session == session && joined.contains($0.start) }
        stream.windows.append(window)
        return [stream.windows.count - 1]
    }

    // MARK: Limits

    static func cost(_ message: ChatMessage) -> Int { message.text.utf8.count + 40 }

    /// Where a window can't take so much more, what is in it comes out and stands. What had come out already, as the window
    /// had closed, stands as it is.
    private mutating func cut(_ window: inout Window, _ id: String, for more: Int) {
        if window.cost + more > policy.limits.window { empty(&window, id) }
    }

    private mutating func empty(_ window: inout Window, _ id: String) {
        guard !window.messages.isEmpty else { return }
        if !window.isClosed { comeOut(&window, "size", id) }
        window.lastGone = window.last
        (window.messages, window.results, window.answered) = ([], [], 0)
    }

    /// Where all windows hold too much, the largest go.
    private mutating func makeRoom() {
        func total() -> Int { streams.values.flatMap(\.windows).reduce(0) { $0 + $1.cost } }
        guard total() > policy.limits.total else { return }
        while total() > policy.limits.total / 2 {
            let all = streams.flatMap { id, stream in stream.windows.indices.map { (id, $0, stream.windows[$0]) } }
            let largest = all.min {
                (-$0.2.cost, $0.2.start, $0.2.session, $0.0) < (-$1.2.cost, $1.2.start, $1.2.session, $1.0)
            }
            guard let (id, index, window) = largest else { return }
            var emptied = window
            empty(&emptied, id)
            streams[id]?.windows[index] = emptied
        }
    }

    private mutating func advance(_ stream: inout Stream, to time: Int64, _ id: String) {
        let latest = max(stream.latest ?? time, time)
        stream.latest = latest
        stream.frontier = max(stream.frontier, latest - policy.maxOutOfOrderness)
        settle(&stream, id)
    }

    /// When there is something to do for a window.
    private func due(_ window: Window) -> Int64 {
        if window.isClosed { return window.end + policy.allowedLateness }
        guard let silence = policy.turnSilence, let last = window.inOrder.last, last.sender == .customer,
            window.said > window.answered
        else { return window.end }
        return min(window.end, last.timestamp.milliseconds + silence)
    }

    /// Does what is due, the earliest first.
    private mutating func settle(_ stream: inout Stream, _ id: String) {
        while let next = stream.windows.map({ due($0) }).min(), next <= stream.frontier {
            stream.windows.removeAll { $0.isClosed && due($0) == next }
            let order = stream.windows.indices.sorted {
                (stream.windows[$0].start, stream.windows[$0].session)
                    < (stream.windows[$1].start, stream.windows[$1].session)
            }
            let isDue = order.filter { due(stream.windows[$0]) == next }
            for index in isDue where stream.windows[index].end == next {
                if !stream.windows[index].messages.isEmpty { comeOut(&stream.windows[index], "window", id) }
                stream.windows[index].isClosed = true
            }
            for index in isDue where !stream.windows[index].isClosed {
                comeOut(&stream.windows[index], "turn", id)
                stream.windows[index].answered = stream.windows[index].said
            }
        }
    }

    private mutating func comeOut(_ window: inout Window, _ trigger: String, _ id: String) {
        window.revision += 1
        let name = "\(window.start)-\(window.end) #\(window.revision)"
        lines.append(
            "\(id) \(window.session) \(name) \(trigger) for \(window.results): \(window.inOrder.map(\.sequence))")
        window.results = [name]
    }
}
