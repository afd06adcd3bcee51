/// Events and windows as bytes.
import Common
import Feed
import Streaming
import TestSupport
import Testing

@testable import Consumer

@Suite("Rows of the store", .timeLimit(.minutes(5)))
struct JournalEventTests {
    static let events: [JournalEvent] = [
        .delivery(.records(LineBatch(stream: "s", first: 7, lines: ["one", "", "three"]))),
        .delivery(.time(stream: "s", milliseconds: -5)), .delivery(.idle(stream: "")),
        .delivery(.ended(stream: "é")), .delivery(.vanished(stream: "s")), .delivery(.lost(stream: "s", count: .max)),
        .delivery(.began(stream: "s", endpoint: "ipc:///x")), .delivery(.foreign(stream: "tcp://x")),
        .delivery(.refused(stream: "s", endpoint: "ipc:///x", reason: "another")),
        .policy(WindowPolicy(.session(gap: 5, longest: 9), allowedLateness: 3, turnSilence: 1)),
        .policy(WindowPolicy(.sliding(size: 9, slide: 2), maxOutOfOrderness: 4)),
    ]

    @Test("an event that was written is read back", arguments: events)
    func roundTrip(_ event: JournalEvent) throws {
        let head = try #require(event.head)
        let read = try event.read(head)
        #expect(read.head == head)
        if case (.delivery(.records(let a)), .delivery(.records(let b))) = (event, read) {
            #expect(a.lines([7, 8, 9]) == b.lines([7, 8, 9]))
            #expect((a.stream, a.first, a.count) == (b.stream, b.first, b.count))
        } else {
            #expect("\(read)" == "\(event)")
        }
    }

    @Test("what changes nothing is no row")
    func nothing() {
        #expect(JournalEvent.delivery(.recognized(stream: "s", fingerprint: "f")).head == nil)
        #expect(JournalEvent.delivery(.duplicates(3)).head == nil)
        #expect(JournalEvent.delivery(.caughtUp(stream: "s", complete: true)).head == nil)
    }

    @Test("a row that is cut off anywhere is damaged, and never crashes", arguments: events)
    func truncated(_ event: JournalEvent) throws {
        let head = try #require(event.head)
        for length in head.indices {
            #expect(throws: DamagedBytes.self) { try event.read(Array(head[..<length])) }
        }
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
        await pipeline.take(
            .delivery(.records(LineBatch(stream: "s", first: 1, lines: [line, line]))), with: BatchDecoder())
        var bytes = pipeline.checkpoint
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            bytes[Int.random(in: bytes.indices, using: &random)] = UInt8.random(in: 0...255, using: &random)
        }
        var other = Pipeline(
            policy: WindowPolicy(.tumbling(size: 1)), endpoints: ["e"], logger: LogCapture().logger)
        do { try other.restore(bytes) } catch is DamagedBytes {}
    }
}

extension JournalEvent {
    /// What is read from this event's lines and other bytes.
    fileprivate func read(_ head: [UInt8]) throws -> JournalEvent {
        guard let lines else {
            return try JournalEvent(head: head, lines: UnsafeRawBufferPointer(start: nil, count: 0))
        }
        return try lines.withLines { try JournalEvent(head: head, lines: $0) }
    }
}
