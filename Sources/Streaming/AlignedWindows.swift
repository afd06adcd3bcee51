/// Tumbling and sliding windows: aligned to the Unix epoch, whatever the messages.

extension StreamWindows {
    /// - Returns: whether the message's window still takes messages.
    @inline(__always)
    mutating func assign(
        _ message: borrowing Arrival, toTumblingOf size: Int64, _ frontier: Int64, into actions: inout [Action]
    ) -> Bool {
        if !recent.contains(message.time) {
            let start = message.time - message.time.floorDivided(by: size).remainder
            recent = start..<(start + size)
        }
        guard takes(recent.upperBound, frontier) else { return false }
        let session = sessions.slot(for: message.sessionID)
        put(message, from: recent.lowerBound, to: recent.upperBound, of: session, frontier, into: &actions)
        return true
    }

    /// - Returns: whether one of the message's windows still takes messages.
    mutating func assign(
        _ message: borrowing Arrival, toSlidingOf size: Int64, every slide: Int64, _ frontier: Int64,
        into actions: inout [Action]
    ) -> Bool {
        // The last window that has begun, and before it those that haven't ended; the earliest comes first.
        let last = message.time - message.time.floorDivided(by: slide).remainder
        var start = last - (last - message.time + size - 1) / slide * slide
        while start <= last, !takes(start + size, frontier) { start += slide }
        guard start <= last else { return false }
        let session = sessions.slot(for: message.sessionID)
        while start <= last {
            put(message, from: start, to: start + size, of: session, frontier, into: &actions)
            start += slide
        }
        return true
    }

    @inline(__always)
    private mutating func put(
        _ message: borrowing Arrival, from start: Int64, to end: Int64, of session: Int32, _ frontier: Int64,
        into actions: inout [Action]
    ) {
        var slot = windows.slot(startingAt: start, chain: sessions.firstWindow(of: session))
        if slot < 0 { slot = windows.open(start, end, of: session, in: &sessions) }
        put(message, into: slot, frontier, into: &actions)
    }
}
