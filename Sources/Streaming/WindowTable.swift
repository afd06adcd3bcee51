/// Open windows, found by session, and by when they are due.
import Common
import HeapModule

/// A window that still takes messages.
struct OpenWindow: Sendable {
    var window: Window
    /// The slot in the ``SessionTable``.
    var session: Int32
    /// This window's own slot, and that of the session's next one; −1: none.
    var slot: Int32
    var next: Int32
    var conversation = Conversation()
}

/// Open windows in slots that are used again. Each session's are chained; and those of one end stand together, so that
/// finding what is due looks at nothing else.
struct WindowTable: Sendable {
    private var windows: [OpenWindow] = []
    private var free: [Int32] = []
    private var slotsByEnd: [Timestamp: [Int32]] = [:]
    private var ends = Heap<Timestamp>()
    private var nextEnd = Timestamp.distantFuture

    var count: Int { windows.count - free.count }

    /// The slot of a session's window; opens it where it isn't open.
    mutating func slot(for window: Window, of session: Int32, in sessions: inout SessionTable) -> Int32 {
        let first = sessions.firstWindow(of: session)
        var slot = first
        while slot >= 0 {
            if windows[Int(slot)].window.start == window.start { return slot }
            slot = windows[Int(slot)].next
        }
        slot = open(window, session, before: first)
        sessions.setFirstWindow(of: session, to: slot)
        return slot
    }

    private mutating func open(_ window: Window, _ session: Int32, before next: Int32) -> Int32 {
        let slot = free.popLast() ?? Int32(windows.count)
        let opened = OpenWindow(window: window, session: session, slot: slot, next: next)
        if Int(slot) == windows.count { windows.append(opened) } else { windows[Int(slot)] = opened }
        if slotsByEnd[window.end]?.append(slot) == nil {
            slotsByEnd[window.end] = [slot]
            ends.insert(window.end)
            nextEnd = min(nextEnd, window.end)
        }
        return slot
    }

    @inline(__always)
    mutating func append(_ record: MessageBatch.Record, text: UnsafeRawBufferPointer, to slot: Int32) {
        windows[Int(slot)].conversation.append(
            timestamp: record.timestamp, sequence: record.sequence, sender: record.sender, text: text)
    }

    /// Whether a window closes at this watermark: when it reaches `end − 1 ms`.
    @inline(__always)
    func isDue(at watermark: Timestamp) -> Bool {
        nextEnd.milliseconds - 1 <= watermark.milliseconds
    }

    /// Takes out the windows of the earliest end that is due; nil when none is. They are still to be unlinked.
    mutating func removeDue(at watermark: Timestamp) -> [OpenWindow]? {
        guard isDue(at: watermark), let end = ends.popMin() else { return nil }
        nextEnd = ends.min ?? .distantFuture
        return slotsByEnd.removeValue(forKey: end)?.map { slot in
            let window = windows[Int(slot)]
            // What the window held belongs to the caller now; its slot waits for the next.
            windows[Int(slot)].conversation = Conversation()
            return window
        }
    }

    /// Takes a removed window out of its session's chain, and the session out of its table when it was the last.
    mutating func unlink(_ window: OpenWindow, from sessions: inout SessionTable) {
        let next = windows[Int(window.slot)].next
        if sessions.firstWindow(of: window.session) == window.slot {
            sessions.setFirstWindow(of: window.session, to: next)
        } else {
            var slot = sessions.firstWindow(of: window.session)
            while slot >= 0, windows[Int(slot)].next != window.slot { slot = windows[Int(slot)].next }
            if slot >= 0 { windows[Int(slot)].next = next }
        }
        free.append(window.slot)
        if sessions.firstWindow(of: window.session) < 0 { sessions.remove(window.session) }
    }
}
