/// Records of a session whose texts are to be gone.
import Bytes
import Chat
import Streaming

extension WorkspaceRecord {
    /// The record without texts; nil where it has none of that session.
    ///
    /// It keeps its number and its id, so that those who follow miss nothing. A line that was rejected has no session that can
    /// be read: it goes when the session's name stands in it as JSON has it.
    public func forgetting(session: String) -> WorkspaceRecord? {
        switch self {
        case .entry(let entry):
            guard entry.result.sessionID.isSame(as: session) else { return nil }
            let result = entry.result
            let messages = result.conversation.messages.map {
                ChatMessage(timestamp: $0.timestamp, sender: $0.sender, text: "", sequence: $0.sequence)
            }
            let emptied = WindowResult(
                stream: result.stream, sessionID: result.sessionID, window: result.window, revision: result.revision,
                supersedes: result.supersedes, trigger: result.trigger, conversation: Conversation(messages))
            return .entry(
                WorkspaceEntry(emptied, response: .forgotten, timing: entry.timing, lost: entry.lost))
        case .setAside(var record):
            let isOfSession = record.sessionID.map { $0.isSame(as: session) } ?? record.line.names(session)
            guard isOfSession else { return nil }
            record.line = ""
            record.reason = Response.forgotten.reason ?? ""
            return .setAside(record)
        }
    }
}

extension String {
    /// Whether a session's name is in a line, as a text of JSON.
    fileprivate func names(_ session: String) -> Bool {
        let name = JSONWriter.bytes { $0.value(session) }
        return utf8.count >= name.count
            && Array(utf8).withUnsafeBytes { line in
                (0...(line.count - name.count)).contains { line[$0..<($0 + name.count)].elementsEqual(name) }
            }
    }
}
