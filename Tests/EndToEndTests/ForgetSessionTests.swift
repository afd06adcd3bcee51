/// Sessions that are removed from a store.
import Foundation
import Testing
import TestSupport

@Suite("A session that is removed", .timeLimit(.minutes(5)))
struct ForgetSessionTests {
    private static let secret = "TOP-SECRET"
    private static let windows = ["--window", "session", "--session-gap", "5", "--responder", "fallback"]

    private let setup: Setup

    init() throws { setup = try Setup() }

    private static func line(_ session: String, _ second: Int, _ text: String) -> String {
        let time = Date(timeIntervalSince1970: 1_737_642_600 + Double(second)).formatted(.iso8601)
        return
            #"{"session_id":"\#(session)","timestamp":"\#(time)","sender":"customer","message":"\#(text) \#(second)"}"#
            + "\n"
    }

    /// Windows that close and one that stays open, late lines and rejected ones, of two sessions.
    private static let input = (0..<40).map { step in
        line("gone", step * 10, secret) + line("kept", step * 10 + 1, "common")
            + (step % 10 == 9 ? line("gone", 0, secret + " late") + line("kept", 0, "common late") : "")
            + (step % 10 == 5 ? #"{"session_id":"gone","message":"\#(secret)"}"# + "\n" : "")
    }.joined()

    private func isInFiles(_ text: String) throws -> Bool {
        let folder = setup.folder.file("streamllm")
        return try FileManager.default.contentsOfDirectory(atPath: folder).contains {
            try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\($0)")).range(of: Data(text.utf8)) != nil
        }
    }

    @Test("its texts are nowhere in the files, and everything else is as it was")
    func removed() async throws {
        let producer = try await setup.producer("-", "--stream-id", "s", "--linger", "60")
        let consumer = try await setup.consumer(Self.windows + ["--console", "json"])
        producer.write(Self.input)
        try await consumer.wait(
            .output, for: #""session_id":"kept","window":{"kind":"session","start":"2025-01-23T14:36:2"#)

        let refused = try await setup.consumer("--forget-session", "gone")
        #expect(await refused.exit() == 69)
        consumer.signal(SIGKILL)
        _ = await consumer.exit()
        let before = try await published()
        #expect(try isInFiles(Self.secret))

        let forget = try await setup.consumer("--forget-session", "gone")
        #expect(await forget.exit() == 0)
        let count = before.filter { $0.contains(Self.secret) }.count
        #expect(count > 40)
        #expect(forget.output.contains("Session gone: \(count) records emptied"), "\(forget.output)")
        #expect(forget.output.contains("1 open windows removed"), "\(forget.output)")
        #expect(forget.output.contains("Not reached: "))
        #expect(try !isInFiles(Self.secret))
        #expect(try isInFiles("common late"))

        let after = try await published()
        #expect(after.count == before.count)
        for (old, new) in zip(before, after) {
            if old.contains(Self.secret) {
                #expect(new.contains("the texts of this session were removed"), "\(new)")
            } else {
                #expect(new == old)
            }
        }
        let checker = try await setup.python(
            "Tests/EndToEndTests/Python/check_schema.py", Setup.package + "/docs/workspace-entry.schema.json",
            try setup.folder.write("records.jsonl", after.joined(separator: "\n")))
        #expect(await checker.exit() == 0, "\(checker.errorText)")
        producer.signal(SIGTERM)
        _ = await producer.exit()
    }

    /// What a subscriber gets of what was published so far.
    private func published() async throws -> [Substring] {
        let consumer = try await setup.consumer(Self.windows + ["--console", "none"])
        let subscriber = try await setup.subscriber("--format", "json")
        try await consumer.wait(.error, for: "Going on at record ")
        let next = consumer.errorText.firstMatch(of: /Going on at record ([0-9]+)/).flatMap { Int($0.1) } ?? 0
        try await subscriber.wait(.output) { $0.split(separator: "\n").count >= next - 1 }
        consumer.signal(SIGTERM)
        _ = await consumer.exit()
        subscriber.signal(SIGTERM)
        _ = await subscriber.exit()
        return Array(subscriber.output.split(separator: "\n").prefix(next - 1))
    }

    @Test("without a state directory, or a store in it, there is nothing to remove: 66")
    func nothing() async throws {
        let state = setup.folder.file("empty")
        try FileManager.default.createDirectory(
            atPath: state, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
        for arguments in [["--state-dir", setup.folder.file("none")], ["--state-dir", state], ["--ephemeral"]] {
            let forget = try await setup.consumer(["--forget-session", "a"] + arguments)
            #expect(await forget.exit() == 66)
        }
        #expect(!FileManager.default.fileExists(atPath: setup.folder.file("none")))
    }
}
