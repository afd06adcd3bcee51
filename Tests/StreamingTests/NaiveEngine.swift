/// The rules of event time in the plainest way, as something to compare with.
import Common
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

        var inOrder: [ChatMessage] { messages.sorted { ($0.timestamp, $0.sequence) < ($1.timestamp, $1.sequence) } }
        var said: Int { messages.count { $0.sender == .customer } }
        var last: Int64 { messages.map(\.timestamp.milliseconds).max() ?? start }
    }

    struct Stream {
        var latest: Int64?
        var hasMessages = false
        var complete = Int64.min / 2
        var held: (session: String, message: ChatMessage)?
        var doubtful: Int64?
        var windows: [Window] = []
    }

    let policy: WindowPolicy
    var streams: [String: Stream] = [:]
    /// What came out, a line each.
    var lines: [String] = []

    init(_ policy: WindowPolicy) { self.policy = policy }

    // MARK: What happens

    mutating func take(_ message: ChatMessage, of session: String, in id: String) {
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
        var stream = streams[id] ?? Stream()
        defer { streams[id] = stream }
        if let latest = stream.latest, let doubtful = stream.doubtful, stream.hasMessages,
            time >= doubtful && time > latest + policy.maxAdvance
        {
            return
        }
        advance(&stream, to: time, id)
        if let held = stream.held, let latest = stream.latest,
            held.message.timestamp.milliseconds <= latest + policy.maxAdvance
        {
            stream.held = nil
            stream.doubtful = nil
            put(held.message, held.session, &stream, id)
        }
    }

    mutating func idle(_ id: String) {
        guard var stream = streams[id], let end = stream.windows.filter({ !$0.isClosed }).map(\.end).max() else {
            return
        }
        stream.complete = max(stream.complete, end)
        settle(&stream, id)
        streams[id] = stream
    }

    mutating func end(_ id: String) {
        guard var stream = streams.removeValue(forKey: id) else { return }
        if let held = stream.held { lines.append("\(id) rejected \(held.message.sequence)") }
        stream.complete = .max
        settle(&stream, id)
    }

    // MARK: What follows

    private mutating func put(_ message: ChatMessage, _ session: String, _ stream: inout Stream, _ id: String) {
        // Time has passed before the message came.
        if let latest = stream.latest, message.timestamp.milliseconds - 1 > latest {
            advance(&stream, to: message.timestamp.milliseconds - 1, id)
        }
        let indices =
            switch policy.windows {
            case .tumbling(let size): aligned(message, session, &stream, size, size)
            case .sliding(let size, let slide): aligned(message, session, &stream, size, slide)
            case .session(let gap, let longest): merged(message, session, &stream, gap, longest)
            }
        if indices.isEmpty { lines.append("\(id) late \(message.sequence)") }
        for index in indices {
            stream.windows[index].messages.append(message)
            if stream.windows[index].end <= stream.complete {
                comeOut(&stream.windows[index], "window", id)
                stream.windows[index].isClosed = true
            }
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
            if start + size > time && start + size + policy.allowedLateness > stream.complete {
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

    /// The window that a message makes of those it touches.
    private func merged(
        _ message: ChatMessage, _ session: String, _ stream: inout Stream, _ gap: Int64, _ longest: Int64
    ) -> [Int] {
        let time = message.timestamp.milliseconds
        let touching = stream.windows
            .filter { $0.session == session && time <= $0.end && time + gap >= $0.start }
            .sorted { $0.start < $1.start }
        var whole = Window(session: session, start: time, end: 0, messages: [])
        var last = time
        var joined: [Int64] = []
        for window in touching where max(last, window.last) - min(whole.start, window.start) < longest {
            whole.start = min(whole.start, window.start)
            last = max(last, window.last)
            whole.messages += window.messages
            whole.revision = max(whole.revision, window.revision)
            whole.results += window.results
            whole.answered += window.answered
            joined.append(window.start)
        }
        whole.end = longest == .max ? last + gap : min(last + gap, whole.start + longest)
        if joined.isEmpty && whole.end + policy.allowedLateness <= stream.complete { return [] }
        stream.windows.removeAll { $0.session == session && joined.contains($0.start) }
        stream.windows.append(whole)
        return [stream.windows.count - 1]
    }

    private mutating func advance(_ stream: inout Stream, to time: Int64, _ id: String) {
        let latest = max(stream.latest ?? time, time)
        stream.latest = latest
        stream.complete = max(stream.complete, latest - policy.maxOutOfOrderness)
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
        while let next = stream.windows.map({ due($0) }).min(), next <= stream.complete {
            stream.windows.removeAll { $0.isClosed && due($0) == next }
            let order = stream.windows.indices.sorted {
                (stream.windows[$0].start, stream.windows[$0].session)
                    < (stream.windows[$1].start, stream.windows[$1].session)
            }
            let isDue = order.filter { due(stream.windows[$0]) == next }
            for index in isDue where stream.windows[index].end == next {
                comeOut(&stream.windows[index], "window", id)
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
