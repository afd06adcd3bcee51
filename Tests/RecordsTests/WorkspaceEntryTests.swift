/// Workspace entries as other programs see them.
import Chat
import Foundation
import Records
import Testing
import TestSupport

@Suite("Workspace entry", .timeLimit(.minutes(5)))
struct WorkspaceEntryTests {
    @Test("An entry is one line: a CloudEvent with exactly the documented attributes")
    func envelope() throws {
        let json = WorkspaceEntry.sample().json(sequence: 42, time: Timestamp(milliseconds: 1_737_642_631_500))
        #expect(!json.contains(UInt8(ascii: "\n")))
        let event = try parsedObject(json)
        #expect(
            Set(event.keys) == [
                "specversion", "id", "source", "type", "subject", "time", "datacontenttype", "sequence", "data",
            ])
        #expect(event["specversion"] as? String == "1.0")
        #expect(event["type"] as? String == "streamllm.workspace.entry.v1")
        #expect(event["id"] as? String == WorkspaceEntry.sample().id)
        #expect((event["source"] as? String)?.isEmpty == false)
        #expect(event["subject"] as? String == "abc123")
        #expect(event["time"] as? String == "2025-01-23T14:30:31.500Z")
        #expect(event["datacontenttype"] as? String == "application/json")
        #expect("\(event["sequence"] ?? "")" == "42")
    }

    @Test("Its data has exactly the documented fields")
    func data() throws {
        let data = try #require(try parsedObject(WorkspaceEntry.sample(lost: 5).json())["data"] as? [String: Any])
        #expect(
            Set(data.keys) == [
                "stream", "session_id", "window", "revision", "supersedes", "trigger", "messages", "answers",
                "response",
                "timing", "lost",
            ])
        #expect(data["stream"] as? String == "stream-1")
        #expect(data["session_id"] as? String == "abc123")
        #expect(data["revision"] as? Int == 1)
        #expect(data["supersedes"] is NSNull)
        #expect(data["trigger"] as? String == "window")
        #expect(data["lost"] as? Int == 5)
        let window = try #require(data["window"] as? [String: String])
        #expect(window == ["kind": "tumbling", "start": "2025-01-23T14:30:00.000Z", "end": "2025-01-23T14:30:30.000Z"])
    }

    @Test("Messages stand in it in their order, with time, sender, text and number")
    func messages() throws {
        let data = try #require(try parsedObject(WorkspaceEntry.sample().json())["data"] as? [String: Any])
        let messages = try #require(data["messages"] as? [[String: Any]])
        #expect(
            messages.map { Set($0.keys) } == Array(repeating: ["timestamp", "sender", "message", "sequence"], count: 3))
        #expect(messages.map { $0["sender"] as? String } == ["customer", "rm", "customer"])
        #expect(messages.map { $0["sequence"] as? Int } == [1, 3, 6])
        #expect(messages.map { $0["message"] as? String } == Conversation.sample.messages.map(\.text))
        #expect(messages.first?["timestamp"] as? String == "2025-01-23T14:30:00.000Z")
    }

    @Test(
        "It says which message it answers: the newest, also where messages came in another order",
        arguments: [
            ([1, 3, 6], 6, "customer"), ([6, 3, 1], 6, "customer"), ([6, 1, 3], 6, "customer"), ([3, 1], 3, "rm"),
        ]
            as [([UInt64], Int, String)])
    func answers(_ order: [UInt64], _ newest: Int, _ sender: String) throws {
        let messages = order.compactMap { number in Conversation.sample.messages.first { $0.sequence == number } }
        let entry = WorkspaceEntry.sample(conversation: Conversation(messages))
        let data = try #require(try parsedObject(entry.json())["data"] as? [String: Any])
        let answers = try #require(data["answers"] as? [String: Any])
        #expect(answers["sequence"] as? Int == newest)
        #expect(answers["sender"] as? String == sender)
        guard case .entry(let read) = try WorkspaceRecord(json: entry.json()) else {
            Issue.record("not read as an entry")
            return
        }
        #expect(read.answers == entry.answers)
    }

    @Test("Where there is no text there is nothing that it answers", arguments: [Response.none, .forgotten])
    func answersNothing(_ response: Response) throws {
        let entry = WorkspaceEntry.sample(response: response)
        let data = try #require(try parsedObject(entry.json())["data"] as? [String: Any])
        #expect(data["answers"] == nil)
    }

    @Test("A generated answer tells its model and costs; what has no value is null, not left out")
    func generated() throws {
        let data = try #require(try parsedObject(WorkspaceEntry.sample().json())["data"] as? [String: Any])
        let response = try #require(data["response"] as? [String: Any])
        #expect(Set(response.keys) == Self.responseFields)
        #expect(response["status"] as? String == "generated")
        #expect(response["text"] as? String == "How long have you had it?")
        #expect(response["reason"] is NSNull)
        #expect(response["model"] as? String == "qwen:32b")
        #expect(response["responder"] as? String == "ollama")
        #expect(response["prompt_tokens"] as? Int == 120)
        #expect(response["completion_tokens"] as? Int == 7)
        #expect(response["truncated"] as? Bool == false)
        let timing = try #require(data["timing"] as? [String: Int])
        #expect(timing == ["queued_ms": 3, "first_token_ms": 250, "total_ms": 900])
    }

    @Test("What was cut off an answer, and what is doubtful in it, stands there where there is any")
    func more() throws {
        let response = Response(
            status: .generated, text: "4.2%.", model: "m", responder: "ollama", truncated: true, cutOff: true,
            trimmed: true, raw: "RM: 4.2%.", unsupported: ["4.2%"], masked: ["iban"])
        let timing = Timing(queued: 3, firstToken: 250, total: 900, tokensPerSecond: 23.04)
        let json = WorkspaceEntry.sample(response: response, timing: timing).json()
        let data = try #require(try parsedObject(json)["data"] as? [String: Any])
        let written = try #require(data["response"] as? [String: Any])
        let more: Set = ["finish_reason", "trimmed", "raw", "unsupported", "masked"]
        #expect(Set(written.keys) == Self.responseFields.union(more))
        #expect(written["finish_reason"] as? String == "length")
        #expect(written["trimmed"] as? Bool == true)
        #expect(written["raw"] as? String == "RM: 4.2%.")
        #expect(written["unsupported"] as? [String] == ["4.2%"])
        #expect(written["masked"] as? [String] == ["iban"])
        #expect(String(decoding: json, as: UTF8.self).contains(#""total_ms":900,"tokens_per_s":23.0}"#))
    }

    private static let responseFields: Set = [
        "status", "text", "reason", "model", "responder", "prompt_tokens", "completion_tokens", "truncated",
    ]

    @Test("An entry without an answer has all the same fields, and null in them")
    func noAnswer() throws {
        let entry = WorkspaceEntry.sample(conversation: Conversation(), response: Response.none, timing: Timing())
        let data = try #require(try parsedObject(entry.json())["data"] as? [String: Any])
        let response = try #require(data["response"] as? [String: Any])
        #expect(Set(response.keys) == Self.responseFields)
        #expect(response["status"] as? String == "none")
        for key in ["text", "reason", "model", "prompt_tokens", "completion_tokens"] {
            #expect(response[key] is NSNull, "\(key)")
        }
        let timing = try #require(data["timing"] as? [String: Any])
        #expect(Set(timing.keys) == ["queued_ms", "first_token_ms", "total_ms"])
        #expect(timing["first_token_ms"] is NSNull)
        #expect((data["messages"] as? [Any])?.isEmpty == true)
    }

    @Test("An entry that nobody was asked about on purpose says why")
    func notAsked() throws {
        let entry = WorkspaceEntry.sample(response: .notAsked(because: "the RM spoke last"))
        let data = try #require(try parsedObject(entry.json())["data"] as? [String: Any])
        let response = try #require(data["response"] as? [String: Any])
        #expect(Set(response.keys) == Self.responseFields)
        #expect(response["status"] as? String == "none")
        #expect(response["reason"] as? String == "the RM spoke last")
    }

    @Test("A fallback says so, with its reason")
    func fallback() throws {
        let response = Response(
            status: .fallback, text: "One moment.", reason: "timed out", responder: "fallback", truncated: true)
        let data = try #require(
            try parsedObject(WorkspaceEntry.sample(response: response).json())["data"] as? [String: Any])
        let written = try #require(data["response"] as? [String: Any])
        #expect(written["status"] as? String == "fallback")
        #expect(written["reason"] as? String == "timed out")
        #expect(written["truncated"] as? Bool == true)
    }

    @Test("Whatever a chat holds, the entry is JSON, and on one line without control characters")
    func hostileText() throws {
        let hostile = "\"},{\n\r\0\u{1B}[2J\u{9B}\\ \u{7F}é😀"
        let entry = WorkspaceEntry.sample(
            stream: hostile, sessionID: hostile, conversation: .saying(hostile),
            response: Response(status: .fallback, text: hostile, reason: hostile, model: hostile, responder: hostile))
        let json = entry.json()
        let text = String(decoding: json, as: UTF8.self)
        #expect(text.unicodeScalars.filter { $0.properties.generalCategory == .control }.isEmpty)
        let event = try parsedObject(json)
        #expect(event["subject"] as? String == hostile)
        let data = try #require(event["data"] as? [String: Any])
        #expect(data["stream"] as? String == hostile)
        #expect((data["messages"] as? [[String: Any]])?.first?["message"] as? String == hostile)
        #expect((data["response"] as? [String: Any])?["reason"] as? String == hostile)
    }

    @Test("Large numbers are written whole")
    func largeNumbers() throws {
        let entry = WorkspaceEntry.sample(lost: .max)
        let text = String(decoding: entry.json(sequence: .max), as: UTF8.self)
        #expect(text.contains(#""sequence":18446744073709551615"#))
        #expect(text.contains(#""lost":18446744073709551615"#))
    }
}
