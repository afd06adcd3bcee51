/// What comes with an answer.
import Records
import Testing

@testable import Answering

@Suite("What comes with an answer", .timeLimit(.minutes(5)))
struct CompletionTests {
    private static let prompt = "Customer: Hi\nRM: Hello.\nCustomer: Which of your loans is the cheapest for me?"

    /// A line with a piece of an answer.
    private func line(_ text: String) -> String {
        let content = String(decoding: JSONWriter.bytes { $0.value(text) }, as: UTF8.self)
        return #"{"model":"m","message":{"content":\#(content)},"done":false}"# + "\n"
    }

    private func last(_ reason: String) -> String {
        #"{"model":"m","message":{"content":""},"done":true,"done_reason":"\#(reason)","eval_count":5}"# + "\n"
    }

    private func completion(_ texts: [String], _ reason: String = "stop", size: Int = 100_000) -> Completion? {
        let body = texts.map { line($0) }.joined() + last(reason)
        return read(body.utf8, size: size, prompt: Self.prompt).completion
    }

    @Test(
        "What the model really said comes with an answer from which something was cut off, and not with others",
        arguments: [
            ("Good.", "stop", "Good.", nil), (" \n Good.\n\n", "stop", "Good.", nil),
            ("It dep", "length", "It dep", nil),
            ("\"Good.\"", "stop", "Good.", "\"Good.\""), ("RM: Good.\n", "stop", "Good.", "RM: Good."),
            ("<think>x</think>Good.", "stop", "Good.", "<think>x</think>Good."),
            ("Good. It dep", "length", "Good.", "Good. It dep"),
            ("Good.<|im_end|>", "stop", "Good.", "Good.<|im_end|>"),
            ("Good.\nCustomer: x", "stop", "Good.", "Good.\nCustomer: x"),
            (
                "I will help you now. I will help you now. Yes.", "stop", "I will help you now.",
                "I will help you now. I will help you now. Yes."
            ),
        ] as [(String, String, String, String?)])
    func raw(_ said: String, _ reason: String, _ text: String, _ raw: String?) throws {
        let found = try #require(completion([said], reason))
        #expect(found.text == text && found.raw == raw)
    }

    @Test("What it said behind the end of its turn isn't read, and isn't there")
    func rawStreamed() throws {
        let found = try #require(completion(["Good.", "\nCustomer:", " x", "\nRM:", " y"], size: 10))
        #expect(found.text == "Good." && found.isTrimmed && found.raw == "Good.\nCustomer: x")
    }

    @Test("No more of it is kept than 64 KiB, and no half of a character")
    func rawBound() throws {
        for beginning in ["", "x", "xy"] {
            let said = "RM: " + beginning + String(repeating: "é🌐", count: 20_000)
            let raw = try #require(completion([said])?.raw)
            #expect(raw.utf8.count <= 64 << 10 + 3 && raw.utf8.count > 64 << 10 - 4)
            #expect(raw.hasSuffix("…") && said.hasPrefix(raw.dropLast()))
        }
    }

    @Test(
        "An answer is cut off at its length limit where the model had more to say",
        arguments: [
            (["Good. ", "It dep"], "length", "Good.", true, false), (["It dep"], "length", "It dep", true, false),
            (["Good. It dep"], "stop", "Good. It dep", false, false),
            // It had said all before.
            (["Good.\nCustomer: It dep"], "length", "Good.", false, true),
            (["Good.", "\nCustomer: It dep"], "length", "Good.", false, true),
        ])
    func cutOff(_ texts: [String], _ reason: String, _ text: String, _ isCutOff: Bool, _ isTrimmed: Bool) throws {
        for size in [1, 7, 100_000] {
            let found = try #require(completion(texts, reason, size: size))
            #expect(found.text == text && found.isCutOff == isCutOff && found.isTruncated == isCutOff)
            #expect(found.isTrimmed == isTrimmed)
        }
    }

    @Test(
        "An answer that is the question is none, and named so",
        arguments: [
            ("Which of your loans is the cheapest for me?", ModelFailure.repeatsQuestion),
            ("\"WHICH of your loans\n is the cheapest\"", .repeatsQuestion),
            ("RM: Which of your loans", .repeatsQuestion),
            (prompt, .repeatsQuestion), ("Customer: I accept.", .empty), ("Customer: Hi", .empty), (" ", .empty),
        ] as [(String, ModelFailure)])
    func question(_ said: String, _ failure: ModelFailure) {
        let body = line(said) + last("stop")
        for size in [1, 50, 100_000] {
            #expect(read(body.utf8, size: size, prompt: Self.prompt).outcome == .failure(failure))
        }
        #expect("\(ModelFailure.repeatsQuestion)" == "the model repeated the question")
        #expect(ModelFailure.repeatsQuestion.isWorthRetrying && !ModelFailure.repeatsQuestion.isServersFault)
    }

    /// Lines of one length, so that each comes in a part of its own.
    private func generation(
        _ lines: [String], every interval: Duration, linesAtOnce: Int = 1
    ) -> Duration? {
        let length = 120
        let body = lines.map { String(repeating: " ", count: length - $0.utf8.count) + $0 }.joined()
        return read(body.utf8, size: length * linesAtOnce, every: interval).completion?.generation
    }

    @Test("How long the model took for its tokens is known where they came one after the other")
    func generation() {
        let lines = [line("One "), line("two "), line("three."), last("stop")]
        #expect(generation(lines, every: .milliseconds(500)) == .milliseconds(1500))
        #expect(generation(lines, every: .milliseconds(3)) == nil)
        #expect(generation(lines, every: .milliseconds(500), linesAtOnce: 4) == nil)
        #expect(generation([line("All."), last("stop")], every: .seconds(1)) == nil)
        // Thoughts are tokens, too.
        let thought = #"{"model":"m","message":{"content":"","thinking":"Hm."},"done":false}"# + "\n"
        #expect(generation([thought, line("All."), last("stop")], every: .seconds(1)) == .seconds(2))
    }

    @Test(
        "Tokens a second are those that were counted in the time of them",
        arguments: [
            (12, .milliseconds(1500), 8), (nil, .milliseconds(1500), nil), (12, nil, nil), (0, .seconds(1), nil),
        ] as [(Int?, Duration?, Double?)])
    func rate(_ tokens: Int?, _ generation: Duration?, _ rate: Double?) {
        let answer = Answer(
            response: .init(status: .generated, text: "All.", responder: "ollama", completionTokens: tokens),
            firstToken: .zero, generation: generation)
        #expect(answer.tokensPerSecond == rate)
    }
}
