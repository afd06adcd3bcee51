/// Events and windows as bytes.
import Bytes
import Chat
import Feed
import Records
import Streaming
import Testing
import TestSupport

@testable import Consuming
@testable import Storage

@Suite("Rows of the store", .timeLimit(.minutes(5)))
struct JournalEventTests {
    static let events: [JournalEvent] = [
        .batch(batch()), .batch(DecodedBatch()), .delivery(.time(stream: "s", milliseconds: -5)),
        .delivery(.idle(stream: "")), .delivery(.ended(stream: "é")), .delivery(.vanished(stream: "s")),
        .delivery(.lost(stream: "s", count: .max)), .delivery(.began(stream: "s", endpoint: "ipc:///x")),
        .delivery(.foreign(stream: "tcp://x")),
        .delivery(.refused(stream: "s", endpoint: "ipc:///x", reason: "another")),
        .policy(WindowPolicy(.session(gap: 5, longest: 9), allowedLateness: 3, turnSilence: 1)),
        .policy(WindowPolicy(.sliding(size: 9, slide: 2), maxOutOfOrderness: 4)),
    ]

    /// Messages, some of them without text, lines that are none, and one that was late.
    private static func batch() -> DecodedBatch {
        let lines = ["é", "", "three"].map {
            #"{"session_id":"s\#($0)","timestamp":"2025-01-23T14:30:00Z","sender":"rm","message":"\#($0)"}"#
        }
        var batch = DecodedBatch()
        BatchDecoder().decode(
            LineBatch(stream: "s", first: 1 << 40, lines: ["none"] + lines + ["", lines[0]]), into: &batch)
        batch.lines = [1 << 40 + 1: KeptLine(text: lines[0], note: " (cut)")]
        return batch
    }

    @Test("an event that was written is read back", arguments: events)
    func roundTrip(_ event: JournalEvent) throws {
        let bytes = try #require(event.array)
        let read = try JournalEvent(array: bytes)
        #expect(read.array == bytes)
        #expect("\(read)" == "\(event)")
    }

    @Test("what changes nothing is no row")
    func nothing() {
        #expect(JournalEvent.delivery(.recognized(stream: "s", fingerprint: "f")).bytes == nil)
        #expect(JournalEvent.delivery(.duplicates(3)).bytes == nil)
        #expect(JournalEvent.delivery(.caughtUp(stream: "s", complete: true)).bytes == nil)
    }

    @Test("a row that is cut off anywhere, or goes on, is damaged, and never crashes", arguments: events)
    func truncated(_ event: JournalEvent) throws {
        let bytes = try #require(event.array)
        for length in bytes.indices {
            #expect(throws: DamagedBytes.self) { try JournalEvent(array: Array(bytes[..<length])) }
        }
        #expect(throws: DamagedBytes.self) { try JournalEvent(array: bytes + [0]) }
    }

    @Test("a row changed at random is read or refused, and never crashes", arguments: 0..<200 as Range<UInt64>)
    func flippedRow(_ seed: UInt64) async throws {
        var random = SeededGenerator(seed)
        var bytes = try #require(JournalEvent.batch(Self.batch()).array)
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            bytes[Int.random(in: bytes.indices, using: &random)] = UInt8.random(in: 0...255, using: &random)
        }
        var pipeline = Pipeline(policy: WindowPolicy(.tumbling(size: 1)), endpoints: [], logger: LogCapture().logger)
        do { await pipeline.process(try JournalEvent(array: bytes)) } catch is DamagedBytes {}
    }

    private func window() -> PendingWindow {
        PendingWindow(
            WindowResult(
                stream: "s/%", sessionID: "é",
                window: Window(kind: .session, start: Timestamp(milliseconds: -1), end: Timestamp(milliseconds: 5)),
                revision: 3,
                supersedes: [
                    WindowResult.Superseded(
                        window: Window(
                            kind: .session, start: Timestamp(milliseconds: -1), end: Timestamp(milliseconds: 2)),
                        revision: 2)
                ],
                trigger: .turn, conversation: Conversation([.customer("1"), .rm("2"), .customer("")])),
            lost: 9)
    }

    @Test("a window that was written is read back")
    func windows() throws {
        let read = try PendingWindow(bytes: window().bytes)
        #expect(read.result == window().result)
        #expect(read.lost == 9)
    }

    @Test("a window that is cut off anywhere is damaged, and never crashes")
    func truncatedWindow() {
        let bytes = window().bytes
        for length in bytes.indices {
            #expect(throws: DamagedBytes.self) { try PendingWindow(bytes: Array(bytes[..<length])) }
        }
    }

    @Test("bytes changed at random are read or refused, and never crash", arguments: 0..<200 as Range<UInt64>)
    func flipped(_ seed: UInt64) async throws {
        var random = SeededGenerator(seed)
        var pipeline = Pipeline(
            policy: WindowPolicy(.session(gap: 5000), allowedLateness: 9000), endpoints: ["e"],
            logger: LogCapture().logger)
        let line = #"{"session_id":"a","timestamp":"2025-01-23T14:30:00Z","sender":"rm","message":"x"}"#
        await pipeline.process(
            .records(LineBatch(stream: "s", first: 1, lines: [line, line])), with: BatchDecoder())
        await pipeline.process(.records(LineBatch(stream: "ended", first: 1, lines: [line])), with: BatchDecoder())
        await pipeline.process(.ended(stream: "ended"), with: BatchDecoder())
        var parts = await pipeline.parts(of: 1 << 20)
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            parts[0][Int.random(in: parts[0].indices, using: &random)] = UInt8.random(in: 0...255, using: &random)
        }
        for isFirstForm in [false, true] {
            var other = Pipeline(
                policy: WindowPolicy(.tumbling(size: 1)), endpoints: ["e"], logger: LogCapture().logger)
            do { try other.restore(parts, isFirstForm: isFirstForm) } catch is DamagedBytes { continue }
            // What was read is something that one can go on with.
            for event in Self.events { await other.process(event) }
        }
    }

    @Test("rules that no engine can follow aren't read")
    func unsoundRules() {
        let unsound = [
            WindowPolicy(.tumbling(size: 0)), WindowPolicy(.tumbling(size: -1)), WindowPolicy(.tumbling(size: .max)),
            WindowPolicy(.sliding(size: 10, slide: 0)), WindowPolicy(.sliding(size: 10, slide: 11)),
            WindowPolicy(.sliding(size: 1_000_000, slide: 1)), WindowPolicy(.session(gap: 0)),
            WindowPolicy(.session(gap: .max)), WindowPolicy(.session(gap: 1, longest: 0)),
            WindowPolicy(.tumbling(size: 1), maxOutOfOrderness: -1),
            WindowPolicy(.tumbling(size: 1), allowedLateness: .max), WindowPolicy(.tumbling(size: 1), maxAdvance: -1),
            WindowPolicy(.tumbling(size: 1), turnSilence: -5),
            WindowPolicy(.tumbling(size: 1), limits: WindowPolicy.Limits(window: 0)),
            WindowPolicy(.tumbling(size: 1), limits: WindowPolicy.Limits(total: -1)),
        ]
        for policy in unsound { #expect(WindowPolicy(json: policy.json) == nil, "\(policy)") }
        for policy in [WindowPolicy(.session(gap: 1)), WindowPolicy(.sliding(size: 1000, slide: 1))] {
            #expect(WindowPolicy(json: policy.json) == policy)
        }
    }
}

extension JournalEvent {
    fileprivate var array: [UInt8]? { bytes?.withUnsafeBytes { Array($0) } }

    fileprivate init(array: [UInt8]) throws {
        self = try array.withUnsafeBytes { try JournalEvent(bytes: $0) }
    }
}
