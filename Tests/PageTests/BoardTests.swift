/// What the page keeps.
import Bytes
import Chat
import NIOCore
import Records
import TestSupport
import Testing

@testable import Page

@Suite("The newest records", .timeLimit(.minutes(1)))
struct RecordRingTests {
    private static func ring(_ sessions: [String], count: Int = 10, bytes: Int = 1 << 20) -> RecordRing {
        var ring = RecordRing(limits: RecordRing.Limits(count: count, bytes: bytes))
        for (index, session) in sessions.enumerated() {
            ring.append(
                RecordRing.Kept(number: UInt64(index + 1), line: Array("line".utf8), session: Array(session.utf8)))
        }
        return ring
    }

    private func numbers(_ ring: RecordRing, _ session: String, before end: UInt64 = .max, most: Int = 100) -> [UInt64]
    {
        ring.records(of: Array(session.utf8), before: end, atMost: most, bytes: 1 << 20).records.map(\.number)
    }

    @Test("A session's records are found, the newest of them where there are many")
    func find() {
        let ring = Self.ring(["a", "b", "a", "a", "b"])
        #expect(numbers(ring, "a") == [1, 3, 4])
        #expect(numbers(ring, "a", before: 4) == [1, 3])
        #expect(numbers(ring, "a", most: 2) == [3, 4])
        #expect(numbers(ring, "c").isEmpty)
    }

    @Test("The oldest are forgotten, by number and by size")
    func limits() {
        let ring = Self.ring(Array(repeating: "a", count: 25) + ["b"])
        #expect(ring.first == 17)
        #expect(numbers(ring, "a") == Array(17...25))
        let small = Self.ring(Array(repeating: "a", count: 25), count: 1000, bytes: 500)
        #expect(small.count == 5)
        #expect(small.size == 500)
    }

    @Test("Names that only look the same are two")
    func names() {
        let ring = Self.ring(["caf\u{E9}", "cafe\u{301}"])
        #expect(numbers(ring, "caf\u{E9}") == [1])
        #expect(numbers(ring, "cafe\u{301}") == [2])
    }

    @Test("There is one at least, however long it is")
    func long() {
        var ring = RecordRing()
        ring.append(RecordRing.Kept(number: 1, line: Array(repeating: 0x61, count: 5000), session: [0x61]))
        ring.append(RecordRing.Kept(number: 2, line: Array(repeating: 0x61, count: 5000), session: [0x61]))
        #expect(ring.records(of: [0x61], before: .max, atMost: 10, bytes: 100).records.map(\.number) == [2])
    }

    @Test(
        "Going back step by step, each of a session's records is met once, down to the oldest in memory",
        arguments: [1, 2, 3, 7, 100], [1, 8, 1 << 20])
    func back(count: Int, bytes: Int) {
        let sessions = (0..<100).map { ["a", "b", "c"][$0 * $0 % 7 % 3] }
        let ring = Self.ring(sessions, count: 60)
        for session in ["a", "b", "c", "d"] {
            var (end, met) = (UInt64(101), [UInt64]())
            while let oldest = ring.first, oldest < end {
                let (records, first) = ring.records(
                    of: Array(session.utf8), before: end, atMost: count, bytes: bytes)
                #expect(first < end && records.allSatisfy { first <= $0.number && $0.number < end })
                met = records.map(\.number) + met
                end = first
            }
            #expect(end == 41)
            #expect(met == (41...100).filter { sessions[Int($0) - 1] == session })
        }
    }
}

@Suite("Records that only the consumer has", .timeLimit(.minutes(1)))
struct SessionStretchTests {
    private func stretch(_ numbers: [UInt64], isPruned: Bool = false) -> SessionStretch {
        var stretch = SessionStretch(first: 10, limit: 100)
        if isPruned { stretch.beginsHere() }
        for number in numbers { stretch.append(Array(repeating: 0x61, count: 30), number) }
        return stretch
    }

    @Test("There are those for which there is room, and it is said where they begin")
    func room() {
        #expect(stretch([]).first == 10)
        #expect(stretch([12, 15]).first == 10)
        let full = stretch([12, 15, 17, 20])
        #expect(full.records.map(\.number) == [15, 17, 20])
        #expect(full.first == 13)
    }

    @Test("Where nobody has what was before, nothing is asked for again; what didn't fit is")
    func pruned() {
        #expect(stretch([12], isPruned: true).first == 1)
        #expect(stretch([12, 15, 17, 20], isPruned: true).first == 13)
    }
}

@Suite("The newest of each session", .timeLimit(.minutes(1)))
struct SessionBoardTests {
    private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

    private func key(_ id: String, in workspace: Int = 0) -> SessionBoard.AnswerKey {
        SessionBoard.AnswerKey(workspace: workspace, id: bytes(id))
    }

    private func entry(_ line: String) -> SessionBoard.Entry { SessionBoard.Entry(number: 1, line: bytes(line)) }

    @Test("An answer grows, and is gone when its entry is there")
    func answers() {
        var board = SessionBoard()
        board.asked(bytes("e"), of: bytes("s"), in: 0)
        #expect(board.answers[key("e")]?.pieces == 0)
        board.token("Good ", index: 0, of: bytes("e"), session: bytes("s"), in: 0)
        board.token("day", index: 1, of: bytes("e"), session: bytes("s"), in: 0)
        // It has come before, and one is missing.
        board.token("day", index: 1, of: bytes("e"), session: bytes("s"), in: 0)
        board.token("!", index: 3, of: bytes("e"), session: bytes("s"), in: 0)
        #expect(board.answers[key("e")]?.text == "Good day")
        board.token("Anew", index: 0, of: bytes("e"), session: bytes("s"), in: 0)
        #expect(board.answers[key("e")]?.text == "Anew")
        board.entry(bytes("e"), entry("line"), of: bytes("s"), in: 0)
        #expect(board.answers.isEmpty)
        #expect(board.sessions[bytes("s")]?.entries == [0: entry("line")])
    }

    @Test("The beginning of an answer that wasn't seen isn't made up")
    func middle() {
        var board = SessionBoard()
        board.token("day", index: 4, of: bytes("e"), session: bytes("s"), in: 0)
        #expect(board.answers.isEmpty)
    }

    @Test("Everything has a bound")
    func bounds() {
        var board = SessionBoard(
            limits: SessionBoard.Limits(sessions: 10, bytes: 20_000, messages: 3, answers: 5, text: 8))
        for index in 0..<100 {
            board.message(bytes("message \(index)"), isCustomer: true, of: bytes("a"))
            board.message(bytes("m"), isCustomer: false, of: bytes("s\(index)"))
            board.asked(bytes("e\(index)"), of: bytes("s\(index)"), in: 0)
        }
        #expect(board.sessions.count <= 11)
        #expect(
            board.sessions[bytes("a")]?.messages.map { String(decoding: $0, as: UTF8.self) }
                == ["message 97", "message 98", "message 99"])
        #expect(board.newestFirst.first == bytes("s99"))
        #expect(board.answers.count <= 6)
        board.token("12345", index: 0, of: bytes("t"), session: bytes("a"), in: 0)
        board.token("6789", index: 1, of: bytes("t"), session: bytes("a"), in: 0)
        #expect(board.answers[key("t")]?.text == "12345")
        let size = board.sessions.values.reduce(0) { sum, session in
            sum + session.messages.reduce(512 + (session.unanswered?.count ?? 0)) { $0 + $1.count }
        }
        #expect(board.size == size)
    }

    @Test("Two workspaces name an entry alike, and each has its answer")
    func alike() {
        var board = SessionBoard()
        for workspace in 0...1 {
            board.token("from \(workspace)", index: 0, of: bytes("e"), session: bytes("s"), in: workspace)
        }
        #expect(board.answers[key("e")]?.text == "from 0")
        board.entry(bytes("e"), entry("line"), of: bytes("s"), in: 0)
        #expect(board.answers[key("e")] == nil)
        #expect(board.answers[key("e", in: 1)]?.text == "from 1")
    }

    @Test("However much the customer writes, it is known since when there is no answer")
    func unanswered() {
        var board = SessionBoard(limits: SessionBoard.Limits(messages: 3))
        func newest(_ count: Int) -> [String]? {
            board.sessions[bytes("s")]?.newest(count).map { String(decoding: $0, as: UTF8.self) }
        }
        for index in 0..<10 { board.message(bytes("c\(index)"), isCustomer: true, of: bytes("s")) }
        #expect(newest(2) == ["c0", "c8", "c9"])
        #expect(newest(.max) == ["c0", "c7", "c8", "c9"])
        board.message(bytes("r"), isCustomer: false, of: bytes("s"))
        #expect(newest(2) == ["c9", "r"])
        board.message(bytes("c"), isCustomer: true, of: bytes("s"))
        #expect(newest(2) == ["r", "c"])
        #expect(newest(1) == ["c"])
    }

    @Test("Where there is too much, old messages go before whole sessions")
    func messagesFirst() {
        var board = SessionBoard(limits: SessionBoard.Limits(bytes: 15_000, messages: 100, fewMessages: 2))
        for session in 0..<10 {
            for _ in 0..<100 { board.message(bytes("twelve bytes"), isCustomer: false, of: bytes("s\(session)")) }
        }
        #expect(board.sessions.count == 10)
        #expect(board.size <= 15_000)
        #expect(board.sessions[bytes("s0")]?.messages.count == 2)
        #expect(board.sessions[bytes("s9")]?.messages.count == 100)
    }

    @Test("A workspace that begins anew takes its entries along, and no others")
    func forget() {
        var board = SessionBoard()
        board.entry(bytes("e"), entry("one"), of: bytes("s"), in: 0)
        board.entry(bytes("f"), entry("other"), of: bytes("s"), in: 1)
        board.asked(bytes("g"), of: bytes("s"), in: 0)
        board.forget(0)
        #expect(board.sessions[bytes("s")]?.entries == [1: entry("other")])
        #expect(board.answers.isEmpty)
    }
}

@Suite("Figures", .timeLimit(.minutes(1)))
struct FiguresTests {
    private static let start = ContinuousClock.now

    private func status(_ received: Int, _ entries: Int, since: Int64 = 0) -> WorkspaceStatus {
        WorkspaceStatus(
            time: Timestamp(milliseconds: 0), since: Timestamp(milliseconds: since), received: received,
            entries: entries)
    }

    @Test("Rates are what has come since the second before; a consumer that was started anew begins anew")
    func rates() {
        var figures = Figures()
        for status in [status(10, 1), status(25, 3), status(5, 0, since: 9), status(9, 2, since: 9)] {
            figures.note(status, json: [], at: Self.start)
            figures.tick(at: Self.start)
        }
        #expect(figures.history.map(\.messages) == [0, 15, 0, 4])
        #expect(figures.history.map(\.entries) == [0, 2, 0, 2])
        for _ in 0..<1000 { figures.tick(at: Self.start) }
        #expect(figures.history.count == Figures.seconds)
    }

    @Test("Of times: the middle one, what 99 in a hundred don't exceed, and the worst")
    func times() {
        #expect(Figures.Times([]) == nil)
        #expect(Figures.Times([7])?.most == 7)
        let times = Figures.Times(Array(1...200))
        #expect(times?.middle == 100)
        #expect(times?.most == 198)
        #expect(times?.worst == 200)
    }

    @Test("Only what a model has said counts, for ten minutes")
    func old() throws {
        var figures = Figures()
        for text in [
            #"{"response":{"status":"generated","text":"a"},"timing":{"queued_ms":1,"first_token_ms":20,"total_ms":300},"lost":0}"#,
            #"{"response":{"status":"fallback","text":"a"},"timing":{"queued_ms":1,"first_token_ms":null,"total_ms":1},"lost":0}"#,
        ] {
            let glance = try #require(Array(text.utf8).withUnsafeBytes { EntryGlance(line: $0) })
            figures.note(glance, at: Self.start)
        }
        #expect(figures.total?.worst == 300)
        #expect(figures.firstToken?.middle == 20)
        figures.tick(at: Self.start + .seconds(601))
        #expect(figures.total == nil)
    }

    @Test("Status and times are found at the end of a line, whatever its texts are")
    func glance() throws {
        var entry = WorkspaceEntry.sample(timing: Timing(queued: 9, total: 42))
        entry.response = Response(
            status: .fallback, text: #""response":{"status":"generated" "timing":{"queued_ms":9,"total_ms":9"#,
            responder: "fallback")
        let line = JSONWriter.bytes { entry.write(to: &$0, sequence: 1, time: Timestamp(milliseconds: 0)) }
        let glance = try #require(line.withUnsafeBytes { EntryGlance(line: $0) })
        #expect(!glance.isGenerated)
        #expect(glance.firstToken == nil)
        #expect(glance.total == 42)
        #expect(Array("{}".utf8).withUnsafeBytes { EntryGlance(line: $0) } == nil)
        #expect([UInt8]().withUnsafeBytes { EntryGlance(line: $0) } == nil)
    }
}
