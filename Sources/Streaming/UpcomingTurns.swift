/// Early results that are about to come out.
import Bytes
import Chat

/// Knows which sessions have a customer waiting whose early result isn't due yet, and says what has changed about that since it
/// was last asked. What it says is a guess about the future: nothing follows from it but that an answer can be prepared.
///
/// It looks at the engine after an event, so that the engine itself does nothing for it. Of a batch it looks at the end alone:
/// what was said before that has been waited for, or is over.
public struct UpcomingTurns: Sendable {
    /// What has changed.
    public enum Change: Sendable {
        /// Unless something is said before, this will come out next for its session. It takes the place of what was expected for
        /// the session before.
        case expected(WindowResult)
        /// What was expected for a session has come out, or won't.
        case withdrawn(SessionKey)
    }

    /// So many are known at a time. Of further sessions nothing is said.
    public static let most = 16
    /// A window with more messages, in bytes, isn't expected: what it holds would have to be copied for a guess.
    public static let largest = 64 << 10
    /// So many messages at the end of a batch are looked at.
    private static let lookBack = 64

    /// What is expected for a session, and what there is of it.
    private struct Expected: Sendable {
        let stream: String
        let session: [UInt8]
        let turn: TurnMark

        var key: SessionKey { SessionKey(stream: stream, id: String(decoding: session, as: UTF8.self)) }
    }

    private var expected: [Expected] = []

    public init() {}

    /// Looks at the engine again.
    ///
    /// - Parameter batch: the messages that it has taken since; nil: none.
    /// - Returns: what has changed, in order.
    public mutating func changes(in engine: Engine, after batch: MessageBatch? = nil) -> [Change] {
        guard engine.policy.turnSilence != nil, batch != nil || !expected.isEmpty else { return [] }
        var changes: [Change] = []
        var still: [Expected] = []
        for old in expected {
            let windows = engine.streams[old.stream]?.windows
            let turn = old.session.withUnsafeBytes { windows?.nextTurn(of: $0) }
            if turn?.mark == old.turn {
                still.append(old)
            } else if let windows, let turn {
                changes.append(.expected(windows.result(of: turn)))
                still.append(Expected(stream: old.stream, session: old.session, turn: turn.mark))
            } else {
                changes.append(.withdrawn(old.key))
            }
        }
        expected = still
        if let batch, let windows = engine.streams[batch.stream]?.windows { look(at: batch, windows, &changes) }
        return changes
    }

    /// Finds what the last messages of a batch make one expect.
    private mutating func look(at batch: MessageBatch, _ windows: StreamWindows, _ changes: inout [Change]) {
        batch.withRecords { records, bytes in
            for record in records.suffix(Self.lookBack) where expected.count < Self.most {
                let session = UnsafeRawBufferPointer(rebasing: bytes[record.session.asInt])
                guard record.sender == .customer, let turn = windows.nextTurn(of: session),
                    !expected.contains(where: { $0.stream == batch.stream && $0.session.elementsEqual(session) })
                else { continue }
                changes.append(.expected(windows.result(of: turn)))
                expected.append(Expected(stream: batch.stream, session: Array(session), turn: turn.mark))
            }
        }
    }
}

/// What tells one upcoming result from another of the same session.
private struct TurnMark: Hashable, Sendable {
    let start: Int64
    let end: Int64
    let revision: Int32
    let count: Int
}

/// A window whose early result is due next.
private struct NextTurn {
    let slot: Int32
    let time: Int64
    let mark: TurnMark

    /// Those that are due together come out by start.
    func precedes(_ other: NextTurn) -> Bool { (time, mark.start) < (other.time, other.mark.start) }
}

extension StreamWindows {
    /// The early result that comes out next for a session if nobody says anything; nil: none does, or it is too large.
    fileprivate func nextTurn(of session: UnsafeRawBufferPointer) -> NextTurn? {
        guard let silence = policy.turnSilence, let place = sessions.existingSlot(for: session) else { return nil }
        var next: NextTurn?
        var slot = sessions.firstWindow(of: place)
        while slot >= 0 {
            let window = windows[slot]
            let time = window.conversation.latest.milliseconds.plus(silence)
            if window.isTurn, time < window.end {
                let mark = TurnMark(
                    start: window.start, end: window.end, revision: window.revision, count: window.conversation.count)
                let turn = NextTurn(slot: slot, time: time, mark: mark)
                if next.map({ turn.precedes($0) }) ?? true { next = turn }
            }
            slot = window.next
        }
        return next.flatMap { windows[$0.slot].conversation.size <= UpcomingTurns.largest ? $0 : nil }
    }

    /// The result as it will come out.
    fileprivate func result(of turn: NextTurn) -> WindowResult {
        let open = windows[turn.slot]
        var conversation = open.conversation
        conversation.sortByTimestamp()
        return WindowResult(
            stream: stream, sessionID: sessions.name(of: open.session), window: window(turn.slot),
            revision: Int(open.revision.plus(1)), supersedes: open.results, trigger: .turn, conversation: conversation)
    }
}

extension OpenWindow {
    /// Whether the customer has spoken last, and has had no early result for that.
    fileprivate var isTurn: Bool { !isClosed && hasNewTurn && conversation.lastSender == .customer }
}
