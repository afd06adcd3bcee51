/// Stores of earlier releases, and of this one.
import Foundation
import Testing
import TestSupport

/// Each folder in Golden holds a store that programs of one release left when they were killed, and what they had published
/// (scripts/keep-store). None is ever changed; a release that changes how it keeps things adds one.
@Suite("Golden stores", .timeLimit(.minutes(5)))
struct GoldenStoreTests {
    private struct Summary: Decodable {
        let streams, notEnded, open, waiting, next: Int
    }

    private static let folder = Setup.package + "/Tests/EndToEndTests/Golden"
    private static let windows = [
        "--window", "session", "--session-gap", "15", "--allowed-lateness", "30", "--trigger", "turn",
    ]

    private let setup: Setup

    init() throws { setup = try Setup() }

    @Test(
        "are gone on from, and a subscriber gets the same bytes",
        arguments: ["store-2", "store-3", "store-4", "store-5", "store-6", "store-7"])
    func sameBytes(_ name: String) async throws {
        let golden = "\(Self.folder)/\(name)"
        let state = setup.folder.file("state")
        try FileManager.default.createDirectory(
            atPath: state, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        try FileManager.default.copyItem(atPath: golden + "/streamllm.sqlite", toPath: state + "/streamllm.sqlite")
        let summary = try JSONDecoder().decode(
            Summary.self, from: Data(contentsOf: URL(fileURLWithPath: golden + "/summary.json")))

        let check = try await setup.consumer("--check", "--responder", "none", "--state-dir", state)
        _ = await check.exit()
        #expect(
            check.output.contains(
                "\(summary.streams) streams, \(summary.notEnded) of them not ended; \(summary.open) windows open, "
                    + "\(summary.waiting) waiting for an answer; next record \(summary.next)"), "\(check.output)")

        let consumer = try await setup.consumer(
            ["--state-dir", state, "--responder", "fallback", "--retain", "1e9"] + Self.windows)
        let subscriber = try await setup.subscriber("--format", "json")
        let expected = try String(contentsOfFile: golden + "/records.jsonl", encoding: .utf8)
        let count = expected.split(separator: "\n").count
        #expect(count == summary.next - 1)
        // What was waiting is answered, too.
        let more = summary.waiting
        try await subscriber.wait(.output) { $0.split(separator: "\n").count >= count + more }
        // As bytes: texts are equal that only look the same.
        #expect(subscriber.output.utf8.starts(with: expected.utf8), "what was published has changed")
        consumer.signal(SIGTERM)
        #expect(await consumer.exit() == 0)
        subscriber.signal(SIGTERM)
        _ = await subscriber.exit()
    }
}
