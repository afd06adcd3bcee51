/// What is taken, sent again, and typed.
import Chat
import Common
import Foundation
import NIOCore
import Records
import Testing

@testable import Page

/// A value, as a test asks it: what is asked for may change it.
private final class Holder<Value> {
    private var value: Value

    init(_ value: Value) { self.value = value }

    func with<R>(_ body: (inout Value) -> R) -> R { body(&value) }
}

@Suite("How much of a workspace is taken", .timeLimit(.minutes(1)))
struct IntakeBudgetTests {
    private static let start = ContinuousClock.now
    private static let limits = IntakeBudget.Limits(
        history: 0, records: (aSecond: 10, burst: 20), bytes: (aSecond: 1000, burst: 5000), patience: .seconds(5))

    @Test("So much at once, and then so much a second, by number and by size")
    func spends() {
        let budget = Holder(IntakeBudget(limits: Self.limits, now: Self.start))
        #expect(!budget.with({ $0.isSpent(at: Self.start) }))
        budget.with({ $0.took(records: 20, bytes: 0) })
        #expect(budget.with({ $0.isSpent(at: Self.start) }))
        #expect(!budget.with({ $0.isSpent(at: Self.start + .seconds(1)) }))
        budget.with({ $0.took(records: 1, bytes: 6000) })
        #expect(budget.with({ $0.isSpent(at: Self.start + .seconds(1)) }))
        #expect(!budget.with({ $0.isSpent(at: Self.start + .seconds(3)) }))
    }

    @Test("What was there before is taken at once, until all of it is here")
    func history() {
        var limits = Self.limits
        limits.history = 100
        let budget = Holder(IntakeBudget(limits: limits, now: Self.start))
        budget.with({ $0.took(records: 100, bytes: 100_000) })
        #expect(!budget.with({ $0.isSpent(at: Self.start) }))
        budget.with({ $0.took(records: 20, bytes: 0) })
        #expect(budget.with({ $0.isSpent(at: Self.start) }))
        let other = Holder(IntakeBudget(limits: limits, now: Self.start))
        other.with({ $0.caughtUp() })
        other.with({ $0.took(records: 20, bytes: 0) })
        #expect(other.with({ $0.isSpent(at: Self.start) }))
    }

    @Test("Of one that was given up little is taken at once, and as much a second as of others")
    func glimpse() {
        let budget = Holder(IntakeBudget(limits: .glimpse(of: 1000), now: Self.start))
        budget.with({ $0.took(records: 1000, bytes: 0) })
        #expect(!budget.with({ $0.isSpent(at: Self.start) }))
        budget.with({ $0.took(records: 125, bytes: 0) })
        #expect(budget.with({ $0.isSpent(at: Self.start) }))
        for tenth in 1...100 {
            #expect(!budget.with({ $0.isSpent(at: Self.start + .milliseconds(100 * tenth)) }))
            budget.with({ $0.took(records: 125, bytes: 0) })
        }
        #expect(budget.with({ $0.isSpent(at: Self.start + .seconds(10)) }))
    }

    @Test("Behind for too long, it is given up; having caught up, it isn't")
    func givesUp() {
        let budget = Holder(IntakeBudget(limits: Self.limits, now: Self.start))
        budget.with({ $0.took(records: 100, bytes: 0) })
        #expect(budget.with({ $0.isSpent(at: Self.start) }))
        #expect(!budget.with({ $0.givesUp(lag: 5_000, at: Self.start + .seconds(4)) }))
        #expect(budget.with({ $0.givesUp(lag: 5_001, at: Self.start + .seconds(4)) }))
        #expect(budget.with({ $0.isSpent(at: Self.start) }))
        budget.with({ $0.caughtUp() })
        #expect(!budget.with({ $0.givesUp(lag: 0, at: Self.start + .seconds(6)) }))
        #expect(budget.with({ $0.isSpent(at: Self.start + .seconds(6)) }))
        #expect(budget.with({ $0.givesUp(lag: 0, at: Self.start + .seconds(11)) }))
        #expect(!budget.with({ $0.givesUp(lag: 0, at: Self.start + .seconds(11)) }))
    }
}

@Suite("Feedback under way", .timeLimit(.minutes(1)))
struct PendingSubmissionsTests {
    private static let start = ContinuousClock.now
    private let line = Array("{}".utf8)

    @Test("It is sent, and sent again, until it is answered or given up")
    func again() {
        let pending = Holder(PendingSubmissions<Int>())
        #expect(pending.with({ $0.add([1], line, 1, at: Self.start) }) == .taken)
        #expect(pending.with({ $0.due(at: Self.start) }) == [line])
        #expect(pending.with({ $0.due(at: Self.start + .seconds(1)) }).isEmpty)
        #expect(pending.with({ $0.due(at: Self.start + .seconds(2)) }) == [line])
        #expect(pending.with({ $0.takeOver(at: Self.start + .seconds(9)) }).isEmpty)
        #expect(pending.with({ $0.takeOver(at: Self.start + .seconds(10)) }) == [1])
        #expect(pending.with({ $0.isEmpty }))
    }

    @Test("The same id twice has one answer for both; with something else it isn't taken")
    func same() {
        let pending = Holder(PendingSubmissions<Int>())
        #expect(pending.with({ $0.add([1], line, 1, at: Self.start) }) == .taken)
        #expect(pending.with({ $0.add([1], line, 2, at: Self.start) }) == .taken)
        #expect(pending.with({ $0.add([1], Array("[]".utf8), 3, at: Self.start) }) == .other)
        #expect(pending.with({ $0.answered([1]) }) == [1, 2])
        #expect(pending.with({ $0.answered([1]) }).isEmpty)
    }

    @Test("There is a bound")
    func bound() {
        let pending = Holder(PendingSubmissions<Int>())
        for index in 0..<PendingSubmissions<Int>.most {
            #expect(pending.with({ $0.add(Array("\(index)".utf8), line, index, at: Self.start) }) == .taken)
        }
        #expect(pending.with({ $0.add([0], line, 0, at: Self.start) }) == .full)
        #expect(pending.with({ $0.takeOver(at: Self.start, all: true) }).count == PendingSubmissions<Int>.most)
    }
}

@Suite("What is typed", .timeLimit(.minutes(1)))
struct ComposeFileTests {
    private let time = Timestamp(milliseconds: 1_737_642_600_000)

    private func withFile(_ body: (String, ComposeFile) throws -> Void) throws {
        let path = FileManager.default.temporaryDirectory.path + "/compose-\(UUID().uuidString).jsonl"
        defer { try? FileManager.default.removeItem(atPath: path) }
        try body(path, ComposeFile(path))
    }

    @Test("It becomes a line, with the time, and behind half a line a new one")
    func lines() throws {
        try withFile { path, file in
            try file.append(Data(#"{"session_id":"s","sender":"rm","message":"a\nb \"c\""}"#.utf8), at: time)
            let handle = try #require(FileHandle(forWritingAtPath: path))
            try handle.seekToEnd()
            try handle.write(contentsOf: Data("half".utf8))
            try handle.close()
            try file.append(Data(#"{"session_id":"s","sender":"customer","message":"d"}"#.utf8), at: time)
            #expect(
                try String(contentsOfFile: path, encoding: .utf8) == """
                    {"session_id":"s","timestamp":"2025-01-23T14:30:00.000Z","sender":"rm","message":"a\\nb \\"c\\""}
                    half
                    {"session_id":"s","timestamp":"2025-01-23T14:30:00.000Z","sender":"customer","message":"d"}

                    """)
        }
    }

    @Test("A pipe isn't written to: nobody may read it")
    func pipe() throws {
        let path = FileManager.default.temporaryDirectory.path + "/compose-\(UUID().uuidString)"
        try #require(mkfifo(path, 0o600) == 0)
        defer { unlink(path) }
        #expect(throws: ExitStatus.self) { _ = try ComposeFile(path) }
        try withFile { path, file in
            unlink(path)
            try #require(mkfifo(path, 0o600) == 0)
            #expect(throws: ComposeFile.Refusal.self) {
                try file.append(Data(#"{"session_id":"s","sender":"rm","message":"a"}"#.utf8), at: time)
            }
        }
    }

    @Test(
        "What isn't a message is refused",
        arguments: [
            "", "[]", #"{"session_id":"s","sender":"boss","message":"a"}"#,
            #"{"session_id":"","sender":"rm","message":"a"}"#,
            #"{"session_id":"s","sender":"rm","message":""}"#, #"{"session_id":"s","sender":"rm"}"#,
            #"{"session_id":"\#(String(repeating: "s", count: 1025))","sender":"rm","message":"a"}"#,
            #"{"session_id":"s","sender":"rm","message":"\#(String(repeating: "s", count: 65537))"}"#,
        ])
    func refused(_ json: String) throws {
        try withFile { path, file in
            #expect(throws: ComposeFile.Refusal.self) { try file.append(Data(json.utf8), at: time) }
            #expect(FileManager.default.contents(atPath: path)?.isEmpty == true)
        }
    }
}
