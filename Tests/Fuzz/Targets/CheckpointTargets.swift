/// The pipeline's state, and all that can happen to it.
import Feed
import Logging
import Streaming

@testable import Consuming
@testable import Outbox
@testable import Storage

extension FuzzTarget {
    static let checkpoint = FuzzTarget("checkpoint", words: WindowScript.policies.map(\.json)) {
        var checkpoints: [[UInt8]] = []
        for policy in WindowScript.policies {
            var pipeline = Pipeline.fuzzed(policy)
            for lines in [SampleLines.plain, ["none", #"{"#] + SampleLines.far] {
                await pipeline.process(
                    .records(LineBatch(stream: "s", first: 1, lines: lines)), with: BatchDecoder())
            }
            await pipeline.process(.delivery(.began(stream: "é", endpoint: "e")))
            await pipeline.process(.delivery(.lost(stream: "s", count: 3)))
            checkpoints.append(await pipeline.wholeCheckpoint())
        }
        return checkpoints
    } reader: {
        .suspending { input in
            var pipeline = Pipeline.fuzzed(WindowScript.policies[0])
            guard (try? pipeline.restore(whole: Array(input))) != nil else { return nil }
            let written = await pipeline.wholeCheckpoint()
            var other = Pipeline.fuzzed(WindowScript.policies[0])
            guard (try? other.restore(whole: written)) != nil else { throw Finding("a checkpoint isn't read back") }
            let again = await other.wholeCheckpoint()
            try Finding.unless(again.histogram == written.histogram, "a checkpoint is read as another")
            try Finding.unless(other.engine.openWindows == pipeline.engine.openWindows, "windows are lost")
            return written
        }
    }

    static let windows = FuzzTarget(
        "windows", words: ["@time ", "@idle", "@ended", "@lost ", "@policy ", "@restart", "@checkpoint", "@cut"]
    ) {
        let lines = SampleLines.plain
        return WindowScript.policies.indices.map { policy in
            let script =
                ["@policy \(policy)", lines[0], "@restart", lines[1], "@checkpoint", lines[2], lines[0], "@restart"]
                + SampleLines.far + [lines[1], "@time 1737700000000", "none", "@idle", lines[2], "@lost 2", "@ended"]
            return Array(script.joined(separator: "\n").utf8)
        }
    } reader: {
        .suspending { input in
            var undisturbed = WindowScript()
            try await undisturbed.run(input, mayRestart: false)
            var restarted = WindowScript()
            try await restarted.run(input, mayRestart: true)
            try Finding.unless(restarted.came == undisturbed.came, "something else comes out after a restart")
            try Finding.unless(restarted.counts == undisturbed.counts, "counts differ after a restart")
            return input
        }
    }
}

extension SampleLines {
    /// Messages far ahead: one that is held, and one that says whether it is believed.
    static let far = [
        #"{"session_id":"abc123","timestamp":"2025-03-01T00:00:00Z","sender":"customer","message":"far"}"#,
        #"{"session_id":"abc123","timestamp":"2025-01-23T14:31:07Z","sender":"rm","message":"near"}"#,
    ]
}

extension Pipeline {
    static func fuzzed(_ policy: WindowPolicy) -> Pipeline {
        Pipeline(
            policy: policy, endpoints: ["e"], partSize: 1...1,
            logger: Logger(label: "fuzz") { _ in SwiftLogNoOpLogHandler() })
    }

    /// The state in one piece; its parts are small, so that they cut it in many places.
    func wholeCheckpoint() async -> [UInt8] {
        var bytes: [UInt8] = []
        await checkpoint(partSize: 64) { part in bytes += part.bytes.withUnsafeBytes { Array($0) } }
        return bytes
    }

    mutating func restore(whole bytes: [UInt8]) throws {
        let parts = stride(from: 0, to: bytes.count, by: 50).map { Array(bytes[$0..<min($0 + 50, bytes.count)]) }
        try restore(parts: parts.count, isFirstForm: false) { number, take in
            try parts[number].withUnsafeBytes { try take($0) }
        }
    }
}

/// A pipeline's life, told in lines: what begins with `@` happens to it, all else are records.
struct WindowScript {
    static let policies = [
        WindowPolicy(.tumbling(size: 30_000)),
        WindowPolicy(.tumbling(size: 7000), maxOutOfOrderness: 2000, allowedLateness: 60_000, turnSilence: 2000),
        WindowPolicy(.sliding(size: 30_000, slide: 10_000), maxOutOfOrderness: 1000),
        WindowPolicy(.sliding(size: 9000, slide: 4000), allowedLateness: 5000, maxAdvance: 60_000),
        WindowPolicy(.session(gap: 30_000), allowedLateness: 30_000, turnSilence: 500),
        WindowPolicy(.session(gap: 5000, longest: 20_000)),
    ]

    /// What came out: windows and records as bytes.
    private(set) var came: [[UInt8]] = []
    private(set) var counts = Counts()
    private var pipeline = Pipeline.fuzzed(policies[0])
    private let decoder = BatchDecoder()
    private var next: UInt64 = 1
    private var checkpoint: [UInt8] = []
    /// Rows of the journal since the checkpoint.
    private var journal: [[UInt8]] = []

    mutating func run(_ input: [UInt8], mayRestart: Bool) async throws {
        checkpoint = await pipeline.wholeCheckpoint()
        var records: [String] = []
        for line in input.split(separator: 0x0A, maxSplits: 1000) {
            guard line.first == UInt8(ascii: "@") else {
                records.append(String(decoding: line, as: UTF8.self).replacing("\n", with: " "))
                continue
            }
            try await take(&records)
            let words = line.dropFirst().split(separator: UInt8(ascii: " "), maxSplits: 1)
            let number = words.dropFirst().first.flatMap { Int64(String(decoding: $0, as: UTF8.self)) } ?? 0
            switch words.first.map({ String(decoding: $0, as: UTF8.self) }) {
            // As far as control lets times through.
            case "time":
                try await take(.delivery(.time(stream: "s", milliseconds: max(-1 << 50, min(number, 1 << 50)))))
            case "idle": try await take(.delivery(.idle(stream: "s")))
            case "ended": try await take(.delivery(.ended(stream: "s")))
            case "lost": try await take(.delivery(.lost(stream: "s", count: UInt64(number.magnitude % 1000))))
            case "policy":
                try await take(.policy(Self.policies[Int(number.magnitude % UInt64(Self.policies.count))]))
            case "restart" where mayRestart: try await restart()
            case "checkpoint":
                checkpoint = await pipeline.wholeCheckpoint()
                journal = []
            default: break
            }
        }
        try await take(&records)
        try await take(.delivery(.ended(stream: "s")))
        try Finding.unless(pipeline.engine.openWindows == 0, "windows are left at the end")
        try Finding.unless(counts.received == next - 1, "\(next - 1) lines, but \(counts)")
    }

    private mutating func take(_ records: inout [String]) async throws {
        guard !records.isEmpty else { return }
        let lines = LineBatch(stream: "s", first: next, lines: records)
        next += UInt64(records.count)
        records = []
        var outcomes: [Outcome] = []
        await pipeline.process(.records(lines), with: decoder, isJournaled: true) { outcomes.append($0) }
        try note(outcomes)
    }

    private mutating func take(_ event: JournalEvent) async throws {
        var outcomes: [Outcome] = []
        await pipeline.process(event, isJournaled: true) { outcomes.append($0) }
        try note(outcomes)
    }

    private mutating func note(_ outcomes: [Outcome]) throws {
        for outcome in outcomes {
            if let row = outcome.commit.journal { journal.append(row.withUnsafeBytes { Array($0) }) }
            counts += outcome.counts
            came += outcome.windows.map(\.bytes)
            came += outcome.records.map { record in
                if case .setAside(let it) = record {
                    Array("\(it.kind) \(it.sequence) \(it.line) \(it.reason)".utf8)
                } else {
                    []
                }
            }
        }
        try Finding.unless(counts.accepted == counts.inWindows + counts.late, "the sums don't come out: \(counts)")
    }

    /// The process dies, and another one goes on from what is kept.
    private mutating func restart() async throws {
        let before = await pipeline.wholeCheckpoint()
        pipeline = Pipeline.fuzzed(Self.policies[0])
        try pipeline.restore(whole: checkpoint)
        for row in journal {
            await pipeline.process(try row.withUnsafeBytes { try JournalEvent(bytes: $0) }, skipping: .max)
        }
        let after = await pipeline.wholeCheckpoint()
        try Finding.unless(after.histogram == before.histogram, "another state after a restart")
    }
}
