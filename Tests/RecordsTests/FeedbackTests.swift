/// Feedback as other programs see it.
import Chat
import Foundation
import Records
import Testing
import TestSupport

@Suite("Feedback", .timeLimit(.minutes(1)))
struct FeedbackTests {
    private static let full = Feedback(
        id: "f/1", entry: "demo/a%2F1/0-30000/1", sessionID: "a/1", kind: .edited, text: "Say \"hello\"\n\u{1F600}",
        reason: "shorter", actor: "anna", at: Timestamp(milliseconds: 1_737_642_600_250))
    private static let rated = Feedback(id: "2", entry: "e", sessionID: "a", kind: .rated, rating: -1)
    private static let shown = Feedback(id: "3", entry: "e", sessionID: "a", kind: .shown)

    @Test(
        "It is a CloudEvent of its own type, with all fields, null where nothing was said",
        arguments: [full, rated, shown])
    func event(_ feedback: Feedback) throws {
        let line = JSONWriter.bytes { feedback.write(to: &$0, sequence: 8, time: Timestamp(milliseconds: 1000)) }
        let event = try parsedObject(line)
        #expect(event["type"] as? String == "streamllm.feedback.v1")
        #expect(event["subject"] as? String == feedback.sessionID)
        #expect(event["id"] as? String == "feedback/" + feedback.id.replacing("/", with: "%2F"))
        let data = try #require(event["data"] as? [String: Any])
        #expect(
            Set(data.keys) == ["id", "entry", "session_id", "kind", "text", "rating", "reason", "actor", "at"])
        #expect(data["kind"] as? String == feedback.kind.rawValue)
        #expect((data["rating"] as? Int) == feedback.rating)
        guard case .feedback(let read) = try WorkspaceRecord(json: line) else {
            Issue.record("not read as feedback")
            return
        }
        #expect(read == feedback)
    }

    @Test("When a session's texts are to be gone, so are those of its feedback, and who it was")
    func forgetting() throws {
        guard case .feedback(let emptied)? = WorkspaceRecord.feedback(Self.full).forgetting(session: "a/1") else {
            Issue.record("nothing was forgotten")
            return
        }
        #expect((emptied.id, emptied.entry, emptied.kind) == (Self.full.id, Self.full.entry, .edited))
        #expect((emptied.text, emptied.actor) == ("", nil))
        #expect(emptied.reason?.contains("removed") == true)
        #expect(WorkspaceRecord.feedback(Self.full).forgetting(session: "a") == nil)
    }
}
