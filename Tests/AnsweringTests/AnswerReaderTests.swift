/// Answers in all the forms in which servers send them.
import Testing

@testable import Answering

@Suite("Reading an answer", .timeLimit(.minutes(5)))
struct AnswerReaderTests {
    /// A line of server-sent events with a piece of an answer.
    private static func event(_ delta: String, finish: String = "null", more: String = "") -> String {
        #"data: {"object":"chat.completion.chunk","model":"m","choices":[{"index":0,"delta":\#(delta),"finish_reason":\#(finish)}]\#(more)}"#
            + "\n\n"
    }
    private static func said(_ text: String) -> String { event(#"{"content":"\#(text)"}"#) }
    private static let stop = event("{}", finish: #""stop""#)
    private static let done = "data: [DONE]\n\n"
    private static func line(_ text: String, _ more: String = #""done":false"#) -> String {
        #"{"model":"m","message":{"role":"assistant","content":"\#(text)"},\#(more)}"# + "\n"
    }
    private static let last = #""done":true,"done_reason":"stop""#
    /// Two pieces, with something between, before and behind them.
    private static func among(_ other: String) -> String {
        other + said("Hel") + other + said("lo") + other + stop + other + done
    }

    // MARK: Whole answers

    static let whole: [(String, String)] = [
        ("events", among("")), ("without [DONE]", said("Hello") + stop),
        ("without a last line feed", said("Hello") + stop + "data: [DONE]"),
        ("[DONE] alone says that it is whole", said("Hello") + done),
        ("a word of another server", said("Hello") + event("{}", finish: #""eos_token""#)),
        (
            "its usage and a clean end",
            said("Hello") + #"data: {"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":2}}"# + "\n\n"
        ),
        ("the word together with the text", event(#"{"content":"Hello"}"#, finish: #""stop""#)),
        (
            "a word for the end with each piece",
            event(#"{"content":"Hel"}"#, finish: #""stop""#) + event(#"{"content":"lo"}"#, finish: #""stop""#) + done
        ),
        (
            "such a word, and no end",
            event(#"{"content":"Hel"}"#, finish: #""stop""#) + event(#"{"content":"lo"}"#, finish: #""stop""#)
        ),
        ("a word for no end", event(#"{"content":"Hello"}"#, finish: #""null""#) + stop),
        (
            "another answer beside it",
            #"data: {"choices":[{"index":1,"delta":{"content":"Other."}}]}"# + "\n\n" + event(#"{"content":"Hello"}"#)
                + stop
        ),
        ("an empty word before", event(#"{"content":"Hello"}"#, finish: #""""#) + stop),
        ("finishReason", said("Hello") + #"data: {"choices":[{"delta":{},"finishReason":"STOP"}]}"# + "\n\n"),
        ("stop_reason", said("Hello") + #"data: {"choices":[{"delta":{},"stop_reason":"end_turn"}]}"# + "\n\n"),
        (
            "a list around it",
            #"[{"choices":[{"message":{"role":"assistant","content":"Hello"},"finish_reason":"stop"}]}]"#
        ),
        // What isn't for us.
        ("empty data", among("data:\n\n")), ("empty data with a space", among("data: \n\n")),
        ("data without a colon", among("data\n\n")),
        (
            "what a filter has found",
            among(
                #"data: {"choices":[{"index":0,"finish_reason":null,"content_filter_results":{},"content_filter_offsets":{"check_offset":1}}]}"#
                    + "\n\n")
        ),
        ("a text of another kind", event(#"{"content":[{"type":"text_delta","text":"Hello"}]}"#) + stop),
        ("a text in a value", event(#"{"content":{"value":"Hello"}}"#) + stop),
        (
            "no error",
            among(#"data: {"error":false,"choices":[]}"# + "\n\n" + #"data: {"error":0,"choices":[]}"# + "\n\n")
        ),
        ("a comment", among(": OPENROUTER PROCESSING\n\n")), ("an empty comment", among(":\n\n")),
        ("blank lines", among("\n\n\n")),
        ("a ping", among("event: ping\ndata: {\"type\":\"ping\"}\n\n")), ("a word", among("data: ping\n\n")),
        ("a word in quotes", among("data: \"keep-alive\"\n\n")), ("null", among("data: null\n\n")),
        ("ids and times", among("id: 7\nretry: 100\n\n")),
        ("a notice", among(#"data: {"type":"status","message":"Searching"}"# + "\n\n")),
        ("a warning", among(#"data: {"warning":"deprecated","message":"Use another path."}"# + "\n\n")),
        ("progress", among(#"data: {"type":"progress","message":"50 %"}"# + "\n\n")),
        ("sources", among(#"data: {"sources":[{"source":{"id":"1","message":{"content":"no"}}}]}"# + "\n\n")),
        (
            "citations",
            among(
                #"data: {"object":"chat.completion.citations","citations":["https://x.example"],"usage":{"searches":1}}"#
                    + "\n\n")
        ),
        ("no choices", among(#"data: {"id":"x","choices":[]}"# + "\n\n")),
        ("choices of null", among(#"data: {"id":"x","choices":null,"usage":{}}"# + "\n\n")),
        ("a role alone", event(#"{"role":"assistant"}"#) + among("")),
        ("content of null", event(#"{"content":null,"role":"assistant"}"#) + among("")),
        ("an error of null", among(#"data: {"error":null,"choices":[]}"# + "\n\n")),
        // Each field by itself.
        ("usage as text", said("Hello") + event("{}", finish: #""stop""#, more: #","usage":"12""#)),
        ("a model that is a number", among("").replacing(#""model":"m""#, with: #""model":7"#)),
        ("reasoning as an object", event(#"{"reasoning":{"a":1},"content":"Hello"}"#) + stop),
        ("an index that is a text", among("").replacing(#""index":0"#, with: #""index":"0""#)),
        ("a number beyond all bounds", among("").replacing(#""index":0"#, with: #""index":1e999"#)),
        ("no number", among("").replacing(#""index":0"#, with: #""index":NaN"#)),
        (
            "content in parts",
            event(
                #"{"content":[{"type":"thinking","thinking":"hm"},{"type":"text","text":"Hel"},{"type":"text","text":"lo"}]}"#
            ) + stop
        ),
        (
            "message instead of delta",
            #"data: {"choices":[{"message":{"content":"Hello"},"finish_reason":"stop"}]}"# + "\n\n"
        ),
        ("text instead of delta", #"data: {"choices":[{"text":"Hello","finish_reason":"stop"}]}"# + "\n\n"),
        (
            "half an emoji",
            said(#"Hello \ud83d"#).replacing(#" \ud83d"#, with: "") + event(#"{"content":"","note":"\ud83d"}"#) + stop
        ),
        // Lines.
        ("CR LF", among(": x\n\n").replacing("\n", with: "\r\n")), ("CR", among(": x\n\n").replacing("\n", with: "\r")),
        ("a byte order mark", "\u{FEFF}" + among("")),
        ("no space behind data:", among("").replacing("data: ", with: "data:")),
        ("events within events", among("").replacing("data: ", with: "data: data: ")),
        ("several spaces", among("").replacing("data: ", with: "data:   ")),
        ("no blank lines", among("").replacing("\n\n", with: "\n")), ("names of events", among("event: message\n")),
        (
            "several data lines",
            #"data: {"choices":[{"delta":"#
                + "\ndata: {\"content\":\"Hello\"},\ndata: \"finish_reason\":\"stop\"}]}\n\n"
        ),
        // Not streamed.
        (
            "a whole object",
            #"{"object":"chat.completion","choices":[{"message":{"role":"assistant","content":"Hello"},"finish_reason":"stop"}],"usage":{"prompt_tokens":3}}"#
        ),
        (
            "one object for all that says no more",
            #"{"object":"chat.completion","choices":[{"message":{"role":"assistant","content":"Hello"}}]}"#
        ),
        (
            "laid out",
            "{\n \"object\": \"chat.completion\",\n \"choices\": [\n  {\n   \"message\": {\n    \"content\": \"Hello\"\n   },\n\n   \"finish_reason\": \"stop\"\n  }\n ]\n}\n"
        ),
        (
            "an object with [DONE] behind it",
            #"{"choices":[{"message":{"content":"Hello"},"finish_reason":"stop"}]}"# + "\n\n" + done
        ),
        // Ollama.
        ("lines", line("Hel") + line("lo") + line("", last)),
        ("the last line with text", line("Hel") + line("lo", last)),
        ("done without a reason", line("Hello") + line("", #""done":true"#)),
        ("done as a text", line("Hello") + line("", #""done":"true","done_reason":"stop""#)),
        ("an empty reason", line("Hello") + line("", #""done":true,"done_reason":"""#)),
        ("lines without a last line feed", String((line("Hello") + line("", last)).dropLast())),
        ("lines with CR LF", (line("Hello") + line("", last)).replacing("\n", with: "\r\n")),
        ("blank lines between", (line("Hello") + line("", last)).replacing("\n", with: "\n\n")),
        ("lines of another kind between", line("Hel") + "{\"status\":\"pulling\"}\n" + line("lo") + line("", last)),
        ("lines as events", "data: " + line("Hello") + "\ndata: " + line("", last)),
        ("one object", #"{"model":"m","message":{"content":"Hello"},"done":true}"#),
        ("generate's field", #"{"response":"Hel"}"# + "\n" + #"{"response":"lo","done":true}"#),
        ("objects in a row", (line("Hel") + line("lo") + line("", last)).replacing("\n", with: "")),
        // What comes behind the end.
        ("an error behind it", said("Hello") + stop + #"data: {"error":{"message":"too late"}}"# + "\n\n"),
        ("damage behind it", said("Hello") + stop + "data: {{{\n\n"),
        ("text behind it", said("Hello") + stop + said(" there") + done),
        ("another word behind it", said("Hello") + stop + event("{}", finish: #""error""#)),
        ("an error behind done", line("Hello") + line("", last) + #"{"error":"too late"}"# + "\n"),
    ]

    @Test("An answer is the same in each of its forms, however it is cut", arguments: whole)
    func wholeAnswers(_ name: String, _ body: String) {
        for size in [1, 2, 3, 7, 16, 61, 100_000] {
            let (outcome, shown, _) = read(body.utf8, size: size)
            #expect(outcome == .answer("Hello"), "in parts of \(size)")
            #expect(shown == "Hello")
        }
    }

    @Test("A whole answer stays one when the server hangs up behind it; one that isn't doesn't become one")
    func hangUp() {
        let broken = ModelFailure.connectionLost("the connection was closed")
        #expect(read((Self.said("Hello") + Self.stop).utf8, size: 9, failure: broken).outcome == .answer("Hello"))
        #expect(read(Self.line("Hello", Self.last).utf8, size: 9, failure: broken).outcome == .answer("Hello"))
        #expect(read(Self.said("Hello").utf8, size: 9, failure: broken).outcome == .failure(broken))
    }

    @Test("Halves of surrogate pairs and bytes that aren't UTF-8 become U+FFFD, and control characters spaces")
    func mended() {
        let body = Self.said(#"a\ud83db\ude00c\ud83d\ude00"#) + Self.said("x\u{1}y") + Self.stop
        #expect(read(body.utf8, size: 5).outcome == .answer("a\u{FFFD}b\u{FFFD}c😀x y"))
        let bytes = Array(Self.said("a%b").utf8).map { $0 == UInt8(ascii: "%") ? 0xFF : $0 } + Array(Self.stop.utf8)
        #expect(read(bytes, size: 5).outcome == .answer("a\u{FFFD}b"))
    }

    @Test(
        "Counts, the model and the reason for the end come with the answer, whatever form they have",
        arguments: [
            (#""usage":{"prompt_tokens":26,"completion_tokens":5}"#, 26, 5),
            (#""usage":{"prompt_tokens":"26","completion_tokens":5.0}"#, 26, 5),
            (#""usage":{"input_tokens":26,"output_tokens":5}"#, 26, 5),
            (#""usage":{"prompt_tokens":-1,"completion_tokens":1e300}"#, nil, nil),
            (#""usage":"no""#, nil, nil), (#""usage":null"#, nil, nil), (#""usage":[1]"#, nil, nil),
        ] as [(String, Int?, Int?)])
    func counts(_ usage: String, _ prompt: Int?, _ completion: Int?) {
        for body in [
            Self.said("Hello") + Self.event("{}", finish: #""length""#, more: "," + usage) + Self.done,
            Self.said("Hello") + Self.event("{}", finish: #""length""#) + "data: {\"choices\":[],\(usage)}\n\n"
                + Self.done,
        ] {
            let found = read(body.utf8, size: 11).completion
            #expect(found?.promptTokens == prompt && found?.completionTokens == completion)
            #expect(found?.model == "m" && found?.isTruncated == true)
        }
    }

    // MARK: What is none

    @Test(
        "What isn't an answer, or isn't whole, is known as such, in the server's words",
        arguments: [
            ("", .endedEarly), (said("Hel"), .endedEarly), (line("Hel"), .endedEarly), (done, .empty), (stop, .empty),
            (said(" ") + said("\\n") + stop, .empty), (line("", last), .empty),
            (event(#"{"reasoning":"hm"}"#) + stop, .empty),
            // Marks and quotation marks alone say nothing.
            (said(#"\""#) + stop, .empty), (said("…") + stop, .empty), (said("**") + said("**") + stop, .empty),
            (said("- ") + said("—") + stop, .empty), (said("```") + stop, .empty), (line("“”", last), .empty),
            (said("\u{200B}\u{FE0F}") + stop, .empty), (said("?") + event("{}", finish: #""length""#) + done, .usedUp),
            (
                said("Hel") + event("{}", finish: #""content_filter""#) + done,
                .notFinished(doneReason: "content_filter")
            ),
            (said("Hel") + event("{}", finish: #""error""#), .notFinished(doneReason: "error")),
            (said("Hel") + event("{}", finish: #""tool_calls""#), .notFinished(doneReason: "tool_calls")),
            (said("Hel") + event("{}", finish: #""cancelled""#), .notFinished(doneReason: "cancelled")),
            (line("", #""done":true,"done_reason":"load""#), .notFinished(doneReason: "load")),
            // What a word is missing of, and what says it elsewhere.
            (said("Hel") + #"data: {"error":{"code":500}}"# + "\n\n" + done, .brokeOff("error 500")),
            (said("Hel") + #"data: {"error":500}"# + "\n\n" + done, .brokeOff("error 500")),
            (said("Hel") + #"data: {"error":true}"# + "\n\n" + done, .brokeOff("an error without a word")),
            (said("Hel") + "event: error\ndata: {}\n\n" + done, .brokeOff("an error without a word")),
            (said("Hel") + "event: Error\ndata: {\"status\":500}\n\n" + done, .brokeOff("error 500")),
            (said("Hel") + #"data: {"error":{"code":500},"choices":[]}"# + "\n\n" + done, .brokeOff("error 500")),
            (said("Hel") + #"data: {"text":"no","error_code":50002}"# + "\n\n" + done, .brokeOff("no")),
            (said("Hel") + #"data: {"code":1113,"msg":"no","success":false}"# + "\n\n" + done, .brokeOff("no")),
            (said("Hel") + #"data: {"status":"error","reason":"no"}"# + "\n\n" + done, .brokeOff("no")),
            (said("Hel") + #"data: {"errorMessage":"no"}"# + "\n\n" + done, .brokeOff("no")),
            (line("Hel") + #"{"error":500}"# + "\n" + line("", last), .brokeOff("error 500")),
            // What can't be said isn't left out of the middle.
            (said("Hel") + event(#"{"content":5}"#) + said("lo") + stop, .unreadable("a piece of it is damaged")),
            (said("Hel") + event(#"{"content":true}"#) + stop, .unreadable("a piece of it is damaged")),
            (said("Hel") + event(#"{"content":[{"text":5}]}"#) + stop, .unreadable("a piece of it is damaged")),
            (
                #"{"message":{"content":5},"done":false}"# + "\n" + line("", last),
                .unreadable("a piece of it is damaged")
            ),
            (#"{"response":5,"done":false}"# + "\n" + line("", last), .unreadable("a piece of it is damaged")),
            // Tokens counted before the end.
            (#"data: {"choices":[],"usage":{"completion_tokens":0}}"# + "\n\n" + said("Hel"), .endedEarly),
            (
                #"data: {"choices":[{"index":0,"delta":{"content":"Hel"}}],"usage":{"completion_tokens":1}}"# + "\n\n",
                .endedEarly
            ),
            // Errors with status 200.
            (#"{"error":"Unexpected endpoint or method."}"#, .brokeOff("Unexpected endpoint or method.")),
            (#"{"error":{"code":400,"message":"too long"}}"#, .refused(status: 400, message: "too long")),
            (#"{"errors":[{"message":"no"}]}"#, .brokeOff("no")),
            (#"{"detail":"no"}"#, .brokeOff("no")), (#"{"detail":[{"loc":["body"],"msg":"no"}]}"#, .brokeOff("no")),
            (#"{"error_message":"no"}"#, .brokeOff("no")),
            (#"{"object":"error","message":"no","code":400}"#, .refused(status: 400, message: "no")),
            (#"{"message":"no"}"#, .brokeOff("no")), (#"{"error":{"type":"overloaded"}}"#, .brokeOff("overloaded")),
            (said("Hel") + #"data: {"error":{"message":"on fire"}}"# + "\n\n", .brokeOff("on fire")),
            (said("Hel") + "event: error\ndata: {\"message\":\"on fire\"}\n\n", .brokeOff("on fire")),
            (said("Hel") + "event: error\ndata: on fire\n\n", .brokeOff("on fire")),
            // One that says what it would be otherwise, before there is anything of an answer.
            (#"{"error":{"code":503,"message":"Loading model"}}"#, .refused(status: 503, message: "Loading model")),
            (#"data: {"error":{"code":"429","message":"slow"}}"# + "\n\n", .refused(status: 429, message: "slow")),
            (said("Hel") + #"data: {"error":{"code":503,"message":"gone"}}"# + "\n\n", .brokeOff("gone")),
            (#"{"error":{"code":"context_length","message":"too long"}}"#, .brokeOff("too long")),
            ("error: {\"code\":400,\"message\":\"too long\"}\n\n" + done, .refused(status: 400, message: "too long")),
            ("error: on fire\n\n", .brokeOff("on fire")), (line("Hel") + #"{"error":"on fire"}"#, .brokeOff("on fire")),
            ("Bad gateway\n", .notAnAnswer("Bad gateway")),
            ("<html>\n<p class=\"a\">no</p>\n", .notAnAnswer("<html> <p class=\"a\">no</p>")),
            // Damage.
            ("data: {\"choices\":[\n\n", .unreadable("a piece of it is damaged")),
            (
                said("Hel") + "data: {\"choices\":[{\"delta\":{\"con\n\n" + said("lo") + stop,
                .unreadable("a piece of it is damaged")
            ),
            (line("Hel") + #"{"model":"m","mess"# + "\n" + line("lo", last), .unreadable("a piece of it is damaged")),
            (
                said("Hel") + ": " + said("l").dropFirst(6) + said("lo") + stop,
                .unreadable("a piece of it is a comment")
            ),
            (
                said("Hel") + #"data: {"object":"chat.completion.chunk","ch":[]}"# + "\n\n" + stop,
                .unreadable("a piece of it is damaged")
            ),
            (
                said("Hel") + "dota: " + said("l").dropFirst(6) + said("lo") + stop,
                .unreadable("a piece of it is damaged")
            ),
            (#"{"model":"m","message":{"content":"Hel"#, .unreadable("it ends in the middle of its JSON")),
        ] as [(String, ModelFailure)])
    func failures(_ body: String, _ failure: ModelFailure) {
        for size in [1, 3, 50, 100_000] {
            #expect(read(body.utf8, size: size).outcome == .failure(failure), "in parts of \(size)")
        }
    }

    @Test("A line and a value without end are given up on")
    func endless() {
        #expect(
            read([UInt8](repeating: 0x20, count: 9 << 20), size: 1 << 20).outcome
                == .failure(.unreadable("a line of more than 8 MiB")))
        let part = "\"" + String(repeating: "x", count: 100_000) + "\",\n"
        let body = "[" + String(repeating: part, count: 100)
        #expect(read(body.utf8, size: 1 << 16).outcome == .failure(.unreadable("a part of more than 8 MiB")))
    }

    @Test(
        "A word for the end is known in any form",
        arguments: [
            ("stop", .complete), ("STOP", .complete), ("end_turn", .complete), ("eos", .complete),
            ("</s>", .other("</s>")), ("EOS_TOKEN", .complete),
            ("stop-sequence", .complete), ("FINISH_REASON_STOP", .complete), ("completed", .complete),
            ("length", .length), ("MAX_TOKENS", .length),
            ("model_length", .length), ("safety", .other("safety")), ("incomplete", .other("incomplete")),
            ("abort", .other("abort")),
        ] as [(String, StopReason)])
    func reasons(_ word: String, _ reason: StopReason) {
        #expect(StopReason(word) == reason)
    }
}
