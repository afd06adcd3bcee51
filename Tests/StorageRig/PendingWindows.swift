/// Messages and windows in few words.
import Bytes
import Chat
import Records
import Storage
import Streaming

extension PendingWindow {
    /// A session's window number so and so, with one message, its name: `A1` in the first window of session `A`.
    package static func of(
        _ session: String, _ number: Int, _ trigger: Trigger = .window, revision: Int = 1, message: String? = nil
    ) -> PendingWindow {
        let start = Int64(number) * 30_000
        return PendingWindow(
            WindowResult(
                stream: "test", sessionID: session,
                window: Window(
                    kind: .tumbling, start: Timestamp(milliseconds: start),
                    end: Timestamp(milliseconds: start + 30_000)),
                revision: revision, trigger: trigger,
                conversation: Conversation([ChatMessage.customer(message ?? "\(session)\(number)")])
            ),
            lost: 0)
    }

    /// The session and the number.
    package var name: String { "\(result.sessionID)\(result.window.start.milliseconds / 30_000)" }
}

extension PackedRecords {
    /// Records of a fixed time.
    package init(_ records: [WorkspaceRecord], first: UInt64) {
        self.init(records, first: first, time: Timestamp(milliseconds: 1_700_000_000_000))
    }
}
