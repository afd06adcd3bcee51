/// Session windows: they grow with their messages, and merge when a message fills the gap between them.
import Bytes

extension StreamWindows {
    /// Puts a message into the windows of its session that it touches, which become one. A window touches a message
    /// that is at most the gap away, exactly the gap included. Windows are taken from the earliest on, and left apart
    /// where the whole would be longer than `longest`.
    ///
    /// - Returns: whether there is a window that still takes it; else it is late.
    mutating func assign(
        _ message: borrowing Arrival, toSessionWith gap: Int64, _ longest: Int64, _ frontier: Int64,
        into actions: inout [Action]
    ) -> Bool {
        let session = sessions.slot(for: message.sessionID)
        var span = Span(first: message.time, last: message.time)
        var target: Int32 = -1
        var before = Int64.min
        while let slot = nextTouching(message.time, gap, of: session, after: before) {
            before = windows[slot].start
            let other = Span(first: windows[slot].start, last: windows[slot].last)
            guard let whole = span.joined(with: other, longest) else { continue }
            span = whole
            if target < 0 {
                target = slot
            } else {
                merge(slot, into: target, &actions)
                windows[target].end = min(windows[target].last + gap, windows[target].start.plus(longest))
            }
        }
        let end = min(span.last + gap, span.first.plus(longest))
        if target < 0 {
            guard takes(end, frontier) else {
                sessions.removeIfWithoutWindows(session)
                return false
            }
            target = windows.open(span.first, end, of: session, in: &sessions)
        } else if isTooMuch(message.cost, for: target) {
            // As the window is without the message.
            cut(target, into: &actions)
        }
        windows[target].start = span.first
        windows[target].end = end
        // What had closed and has grown beyond the watermark is open again.
        windows[target].isClosed = false
        put(message, into: target, frontier, into: &actions)
        return true
    }

    /// From the first message to the last.
    private struct Span {
        var first: Int64
        var last: Int64

        /// Both together; nil where that would be too long for a window.
        func joined(with other: Span, _ longest: Int64) -> Span? {
            let whole = Span(first: min(first, other.first), last: max(last, other.last))
            return whole.last - whole.first < longest ? whole : nil
        }
    }

    /// The earliest of the session's windows that touches a time and begins after another.
    private func nextTouching(_ time: Int64, _ gap: Int64, of session: Int32, after start: Int64) -> Int32? {
        var found: Int32?
        var slot = sessions.firstWindow(of: session)
        while slot >= 0 {
            let (begin, end) = (windows[slot].start, windows[slot].end)
            let isTouched = time <= end && time + gap >= begin
            if isTouched, begin > start, found.map({ begin < windows[$0].start }) ?? true { found = slot }
            slot = windows[slot].next
        }
        return found
    }

    /// Puts what is in a window into another. Where that is too much, what is in the other comes out first.
    private mutating func merge(_ other: Int32, into target: Int32, _ actions: inout [Action]) {
        if isTooMuch(windows[other].conversation.cost, for: target)
            || windows[target].results.count + windows[other].results.count > WindowResult.mostReplaced
        {
            cut(target, into: &actions)
        }
        let absorbed = windows[other]
        windows[target].conversation.append(absorbed.conversation)
        windows[target].revision = max(windows[target].revision, absorbed.revision)
        windows[target].results += absorbed.results
        windows[target].hasNewTurn = windows[target].hasNewTurn || absorbed.hasNewTurn
        windows[target].lastGone = max(windows[target].lastGone, absorbed.lastGone)
        // Closed, and so without anything that hasn't come out, it is only where both were.
        windows[target].isClosed = windows[target].isClosed && absorbed.isClosed
        windows.remove(other, from: &sessions)
    }
}
