/// One stream's clock, sessions and open windows.
import Common

/// Everything the engine knows of one stream. Each stream has its own clock: none holds back or hurries another.
struct StreamState: Sendable {
    private let id: String
    private let policy: WindowPolicy
    private var sessions = SessionTable()
    private var windows = WindowTable()
    /// Event time up to which everything is taken to have arrived: `latest − max out-of-orderness − 1 ms`.
    private var watermark = Timestamp.distantPast
    private var latest = Timestamp.distantPast
    /// The window of the message before: the next one is nearly always in it too.
    private var recent: Window

    init(id: String, policy: WindowPolicy) {
        self.id = id
        self.policy = policy
        recent = policy.window(of: Timestamp(milliseconds: 0))
    }

    var openWindows: Int { windows.count }

    /// - Returns: how many of the messages are in a window now.
    mutating func take(_ batch: MessageBatch, into actions: inout [Action]) -> Int {
        batch.bytes.withUnsafeBytes { bytes in
            var assigned = 0
            for record in batch.records {
                if assign(record, in: bytes, into: &actions) { assigned += 1 }
                advance(to: record.timestamp, into: &actions)
            }
            return assigned
        }
    }

    /// Puts a message into its window, or out as late.
    private mutating func assign(
        _ record: MessageBatch.Record, in bytes: UnsafeRawBufferPointer, into actions: inout [Action]
    ) -> Bool {
        let sessionID = UnsafeRawBufferPointer(rebasing: bytes[record.session.asInt])
        if record.timestamp < recent.start || record.timestamp >= recent.end {
            recent = policy.window(of: record.timestamp)
        }
        // Flink: late when the window's last millisecond has been passed by the watermark.
        guard recent.end.milliseconds - 1 > watermark.milliseconds else {
            actions.append(
                .late(
                    LateMessage(
                        stream: id, sessionID: String(decoding: sessionID, as: UTF8.self), sequence: record.sequence,
                        timestamp: record.timestamp, watermark: watermark)))
            return false
        }
        let session = sessions.slot(for: sessionID)
        let window = windows.slot(for: recent, of: session, in: &sessions)
        windows.append(record, text: UnsafeRawBufferPointer(rebasing: bytes[record.text.asInt]), to: window)
        return true
    }

    /// Event time has reached `time`: moves the watermark, never backwards, and closes what is due.
    @inline(__always)
    mutating func advance(to time: Timestamp, into actions: inout [Action]) {
        guard time > latest else { return }
        latest = time
        watermark.milliseconds = time.milliseconds - policy.maxOutOfOrderness - 1
        if windows.isDue(at: watermark) { close(upTo: watermark, into: &actions) }
    }

    /// Closes every window whose last millisecond isn't after `watermark`.
    mutating func close(upTo watermark: Timestamp, into actions: inout [Action]) {
        while let due = windows.removeDue(at: watermark) {
            // All of these end at the same time; by start and session id they have a fixed order.
            let inOrder = due.sorted { a, b in
                a.window.start == b.window.start
                    ? sessions.precedes(a.session, b.session) : a.window.start < b.window.start
            }
            for open in inOrder {
                var conversation = open.conversation
                conversation.sortByTimestamp()
                actions.append(
                    .closed(
                        ClosedWindow(
                            stream: id, sessionID: sessions.name(of: open.session), window: open.window, revision: 1,
                            trigger: .window,
                            conversation: conversation)))
                windows.unlink(open, from: &sessions)
            }
        }
    }
}
