/// Open windows, found by session.
import Chat

/// A window that takes messages: one that is open, or has closed less than the allowed lateness ago. Times are in
/// milliseconds.
struct OpenWindow: Sendable {
    var start: Int64 = 0
    var end: Int64 = 0
    /// The time of the last message of those that have gone out in parts.
    var lastGone = Int64.min
    /// The time for which ``Timers`` has it.
    var timer = Int64.max
    /// The slot in the ``SessionTable``.
    private(set) var session: Int32 = -1
    /// The session's next window; −1: none.
    var next: Int32 = -1
    /// The number of its last result; 0: none has come out.
    var revision: Int32 = 0
    /// Its result has come out at its end.
    var isClosed = false
    /// The customer has said something since the last early result.
    var hasNewTurn = false
    /// Results that have come out and haven't been replaced. Empty where nothing will replace them.
    var results: [WindowResult.Superseded] = []
    var conversation = Conversation()

    /// The time of its last message, of those that have gone out included.
    var last: Int64 { max(lastGone, conversation.latest.milliseconds) }

    /// Begins as a new window. One that was removed has no results and no messages any more, but may have their room.
    fileprivate mutating func begin(_ start: Int64, _ end: Int64, of session: Int32, before next: Int32) {
        (self.start, self.end, self.session, self.next) = (start, end, session, next)
        (lastGone, timer, revision, isClosed, hasNewTurn) = (.min, .max, 0, false, false)
    }
}

/// Windows in slots that are used again; each session's are chained.
struct WindowTable: Sendable {
    /// So many free slots keep the room of their messages. After a burst that of many isn't kept for few.
    private static let roomsKept = 4096
    /// A conversation of more bytes takes its room with it.
    private static let largestRoom = 4096

    private var windows: [OpenWindow] = []
    private var free: [Int32] = []

    var count: Int { windows.count - free.count }

    subscript(_ slot: Int32) -> OpenWindow {
        @inline(__always) get { windows[Int(slot)] }
        @inline(__always) _modify { yield &windows[Int(slot)] }
    }

    /// Whether a slot holds a window that is to be looked at at this time.
    func hasTimer(_ slot: Int32, at time: Int64) -> Bool {
        slot < windows.count && windows[Int(slot)].timer == time
    }

    /// The slot of a session's window that begins at a time; −1 where it isn't open.
    @inline(__always)
    func slot(startingAt start: Int64, chain first: Int32) -> Int32 {
        var slot = first
        while slot >= 0, windows[Int(slot)].start != start { slot = windows[Int(slot)].next }
        return slot
    }

    /// Reads a window and the end of what it holds, for nothing but to have them near; see
    /// ``StreamWindows/bringNear(_:in:)``.
    @inline(__always)
    func touch(_ slot: Int32) -> Int {
        Int(truncatingIfNeeded: windows[Int(slot)].start) ^ windows[Int(slot)].conversation.touch()
    }

    /// Opens a window and puts it at the front of its session's chain.
    mutating func open(_ start: Int64, _ end: Int64, of session: Int32, in sessions: inout SessionTable) -> Int32 {
        let slot = free.popLast() ?? Int32(windows.count)
        if Int(slot) == windows.count { windows.append(OpenWindow()) }
        windows[Int(slot)].begin(start, end, of: session, before: sessions.firstWindow(of: session))
        sessions.setFirstWindow(of: session, to: slot)
        return slot
    }

    /// Takes the messages out of a window that is about to be forgotten.
    mutating func takeMessages(of slot: Int32) -> Conversation {
        if free.count < Self.roomsKept && windows[Int(slot)].conversation.size <= Self.largestRoom {
            return windows[Int(slot)].conversation.takeMessages()
        }
        var taken = Conversation()
        swap(&taken, &windows[Int(slot)].conversation)
        return taken
    }

    /// Forgets a window, and its session when it was the last.
    mutating func remove(_ slot: Int32, from sessions: inout SessionTable) {
        let (session, next) = (windows[Int(slot)].session, windows[Int(slot)].next)
        if sessions.firstWindow(of: session) == slot {
            sessions.setFirstWindow(of: session, to: next)
        } else {
            var before = sessions.firstWindow(of: session)
            while windows[Int(before)].next != slot { before = windows[Int(before)].next }
            windows[Int(before)].next = next
        }
        // What it held goes away now; its slot waits for the next.
        if windows[Int(slot)].conversation.count > 0 { windows[Int(slot)].conversation = Conversation() }
        windows[Int(slot)].results = []
        windows[Int(slot)].timer = .max
        free.append(slot)
        sessions.removeIfWithoutWindows(session)
        // After a burst the room of many windows isn't kept for few.
        if free.count == windows.count && windows.capacity > 4096 { self = WindowTable() }
    }

    /// The slot of the next window from a slot on; nil: there is none.
    func slot(from slot: Int32) -> Int32? {
        // A removed window has no timer.
        windows[Int(slot)...].firstIndex { $0.timer != .max }.map { Int32($0) }
    }

    /// Calls `body` with each window and its slot.
    func forEach(_ body: (Int32, OpenWindow) -> Void) {
        var next = slot(from: 0)
        while let slot = next {
            body(slot, windows[Int(slot)])
            next = self.slot(from: slot + 1)
        }
    }

    /// The latest end of the windows that haven't closed.
    var lastOpenEnd: Int64? {
        var last: Int64?
        forEach { if !$1.isClosed { last = max(last ?? $1.end, $1.end) } }
        return last
    }
}
