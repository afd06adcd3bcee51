/// Answers while they are being written, as a subscriber sees them.
import Foundation
import OllamaStub
import Testing
import TestSupport

@Suite("Pieces of answers", .timeLimit(.minutes(5)))
struct TokenTests {
    private let setup: Setup

    init() throws { setup = try Setup() }

    private struct Piece: Decodable, Sendable {
        let id: String
        let session_id: String
        let index: Int
        let token: String
    }

    /// The pieces among what a subscriber printed; a line that isn't whole yet is none.
    private static func pieces(_ output: String) -> [Piece] {
        output.split(separator: "\n").compactMap { try? JSONDecoder().decode(Piece.self, from: Data($0.utf8)) }
    }

    /// A message of each session, in a window of its own; it closes the windows before.
    private static func window(_ index: Int, _ sessions: String...) -> String {
        let time = Date(timeIntervalSince1970: 1_737_642_600 + Double(60 * index)).formatted(.iso8601)
        return sessions.map {
            #"{"session_id":"\#($0)","timestamp":"\#(time)","sender":"customer","message":"m\#(index)"}"# + "\n"
        }.joined()
    }

    @Test("the pieces of an answer, joined, are its entry's text; who asks for one session gets that one's alone")
    func json() async throws {
        let stub = try await OllamaStub.start(
            Behaviour { request in
                [.token("Answer "), .token("number "), .token("\(request.number)."), .done(completionTokens: 3)]
            })
        let consumer = try await setup.consumer(
            "--console", "json", environment: ["OLLAMA_BASE_URL": stub.baseURL, "QUEN_MODEL_NAME": "qwen:32b"])
        let all = try await setup.subscriber("--tokens", "--format", "json")
        // A topic is matched by prefix: abcd begins with abc.
        let one = try await setup.subscriber("--tokens", "--format", "json", "--session", "abc")
        let without = try await setup.subscriber("--format", "json")
        let producer = try await setup.producer("-")
        // Pieces aren't kept: windows come, one after the other, until both are known to get theirs.
        var windows = 0
        while Self.pieces(all.output).isEmpty || Self.pieces(one.output).isEmpty {
            producer.write(Self.window(windows, "abc", "abcd"))
            let closed = windows
            windows += 1
            try await consumer.wait(.output) { $0.count { $0 == "\n" } >= 2 * closed }
        }
        producer.write(Self.window(windows, "abc", "abcd") + Self.window(windows + 1, "abc", "abcd"))
        producer.closeInput()
        #expect(await producer.exit() == 0)
        let total = 2 * (windows + 2)
        for program in [consumer, without] {
            try await program.wait(.output) { $0.count { $0 == "\n" } >= total }
        }

        for entry in try Entry.all(consumer).suffix(4) {
            let id = entry.id
            let text = try #require(entry.data.response?.text)
            #expect(text.hasPrefix("Answer number "))
            let subscribers = entry.data.session_id == "abc" ? [all, one] : [all]
            for subscriber in subscribers {
                try await subscriber.wait(.output) { output in
                    Self.pieces(output).filter { $0.id == id }.map(\.token).joined() == text
                }
                let pieces = Self.pieces(subscriber.output).filter { $0.id == id }
                #expect(pieces.map(\.index) == Array(0..<pieces.count))
                #expect(pieces.allSatisfy { $0.session_id == entry.data.session_id })
            }
        }
        for program in [all, one, without, consumer] {
            program.signal(SIGTERM)
            #expect(await program.exit() == 0)
        }
        try await stub.stop()
        #expect(Set(Self.pieces(one.output).map(\.session_id)) == ["abc"])
        #expect(Self.pieces(without.output).isEmpty)
    }

    @Test("in print an answer grows in a line of its own while it is being written, and its entry stands below")
    func pretty() async throws {
        let stub = try await OllamaStub.start()
        let consumer = try await setup.consumer(
            "--console", "none", environment: ["OLLAMA_BASE_URL": stub.baseURL, "QUEN_MODEL_NAME": "qwen:32b"])
        let subscriber = try await setup.subscriber("--tokens")
        let producer = try await setup.producer("-")
        // Pieces aren't kept: windows come, one after the other, until one's pieces are seen.
        var windows = 0
        while !subscriber.output.contains("✍️  abc: ") {
            producer.write(Self.window(windows, "abc"))
            let closed = windows
            windows += 1
            try await subscriber.wait(.output) { $0.components(separatedBy: "🌐").count > closed }
        }
        let rest = Gate()
        stub.become(
            .answering(
                .token("Let\n"), .token("me"), .token("\u{1B}"), .token(" check."), .wait(rest),
                .done(completionTokens: 4)))
        producer.write(Self.window(windows, "abc"))
        let line = #"✍️  abc: Let me\u{1b} check."#
        try await subscriber.wait(.output, for: line)
        #expect(subscriber.output.hasSuffix(line), "no entry before the answer is whole")
        rest.open()
        try await subscriber.wait(.output, for: line + "\n=====")
        producer.closeInput()
        #expect(await producer.exit() == 0)
        for program in [subscriber, consumer] {
            program.signal(SIGTERM)
            #expect(await program.exit() == 0)
        }
        try await stub.stop()
    }
}
