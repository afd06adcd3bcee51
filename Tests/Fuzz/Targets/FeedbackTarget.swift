/// What a client may submit.
import Bytes
import Chat
import Feed
import Records

@testable import Consuming
@testable import Storage

extension FuzzTarget {
    static let feedback = FuzzTarget(
        "feedback",
        words: [
            "\"id\"", "\"entry\"", "\"kind\"", "\"text\"", "\"rating\"", "\"reason\"", "\"actor\"", "\"at\"",
            "\"shown\"",
            "\"inserted\"", "\"edited\"", "\"rejected\"", "\"rated\"", "null", "-1", "2025-01-23T14:30:00Z",
            "\\ud83d\\ude00",
            "\\u0000",
        ]
    ) {
        [
            Feedback(id: "1", entry: "s/a/0-30000/1", sessionID: "", kind: .shown),
            Feedback(
                id: "é", entry: "e", sessionID: "", kind: .edited, text: "\u{1F600}\n\u{202E}", reason: "",
                actor: "anna",
                at: Timestamp(milliseconds: -1)),
            Feedback(id: "2", entry: "e", sessionID: "", kind: .rated, rating: -1),
        ].map(line)
    } reader: {
        .direct { input in
            let form: FeedbackForm
            do {
                form = try FeedbackForm(line: Array(input))
            } catch { return nil }
            let feedback = form.feedback(session: "s")
            let record = JSONWriter.bytes { feedback.write(to: &$0, sequence: 1, time: Timestamp(milliseconds: 0)) }
            guard case .feedback(let published) = try? WorkspaceRecord(json: record) else {
                throw Finding("the record can't be read: \(record.shown)")
            }
            try Finding.unless(published == feedback, "published as something else: \(record.shown)")
            // As the store keeps it.
            let block = PackedRecords([.feedback(feedback)], first: 1, time: Timestamp(milliseconds: 0))
            let kept = try? block.lines().bytes.withUnsafeBytes { Array($0.dropLast()) }
            try Finding.unless(kept == record, "kept as something else: \(record.shown)")
            let written = line(feedback)
            try Finding.unless((try? FeedbackForm(line: written)) == form, "not read back: \(written.shown)")
            return written
        }
    }

    /// As a client would send it.
    private static func line(_ feedback: Feedback) -> [UInt8] {
        JSONWriter.bytes { json in
            json.object { json in
                json.field("id", feedback.id)
                json.field("entry", feedback.entry)
                json.field("kind", feedback.kind.rawValue)
                json.field("text", feedback.text)
                json.field("rating", feedback.rating)
                json.field("reason", feedback.reason)
                json.field("actor", feedback.actor)
                json.field("at", feedback.at)
            }
        }
    }

    static let submission = FuzzTarget("submission", words: ["\u{06}SUBMIT", "\u{08}ACCEPTED", "\u{07}REFUSED"]) {
        [
            SubmissionRequest.submit(line: Array("{}".utf8)).frames,
            SubmissionAnswer.accepted(record: 1 << 40, id: "é").frames,
            SubmissionAnswer.refused(reason: "no", id: "").frames,
        ].map(FrameInput.bytes)
    } reader: {
        .direct { input in
            let frames = FrameInput.frames(input)
            if let request = SubmissionRequest(frames: frames) {
                try Finding.unless(SubmissionRequest(frames: request.frames) == request, "not read back: \(request)")
                return FrameInput.bytes(request.frames)
            }
            guard let answer = SubmissionAnswer(frames: frames) else { return nil }
            try Finding.unless(SubmissionAnswer(frames: answer.frames) == answer, "not read back: \(answer)")
            return FrameInput.bytes(answer.frames)
        }
    }
}
