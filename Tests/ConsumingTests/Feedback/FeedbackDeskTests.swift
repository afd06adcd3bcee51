/// What becomes of feedback.
import Feed
import Records
import StorageRig
import Testing

@testable import Consuming
@testable import Storage

@Suite("The feedback desk", .timeLimit(.minutes(1)))
struct FeedbackDeskTests {
    /// A desk with the entries of some sessions, and what it has done.
    private struct Bench {
        var desk = FeedbackDesk()
        var ledger = MemoryLedger(next: 1)
        var committed: [Feedback] = []
        /// Answers, by the client.
        var answers: [String: [SubmissionAnswer]] = [:]

        init(_ sessions: [String] = ["a"]) throws {
            let records = sessions.map { WorkspaceRecord.entry(PendingWindow.of($0, 1).entry(response: .none)) }
            ledger.published(RecordBlock(try PackedRecords(records, first: 1).lines()))
        }

        static func line(_ id: String, _ session: String = "a", _ more: String = #""kind":"shown""#) -> String {
            #"{"id":"\#(id)","entry":"\#(PendingWindow.of(session, 1).entry(response: .none).id)",\#(more)}"#
        }

        mutating func submit(_ line: String, by client: String = "c") throws {
            try submit(SubmissionRequest.submit(line: Array(line.utf8)).frames, by: client)
        }

        mutating func submit(_ frames: [[UInt8]], by client: String = "c") throws {
            try desk.came(frames, from: [Array(client.utf8)], &ledger)
            while desk.isSearching { try desk.search(in: &ledger) }
            act()
        }

        mutating func commit(_ id: String, as record: UInt64) throws {
            let feedback = try #require(committed.first { $0.id == id })
            desk.committed(KeptFeedback(id: id, record: record, fingerprint: feedback.fingerprint), &ledger)
            act()
        }

        mutating func act() {
            for action in desk.takeActions() {
                switch action {
                case .answer(let answer, let client):
                    answers[String(decoding: client[0], as: UTF8.self), default: []].append(answer)
                case .commit(let feedback): committed.append(feedback)
                }
            }
        }
    }

    @Test("It is accepted once it is durable, and not before")
    func accepted() throws {
        var bench = try Bench()
        try bench.submit(Bench.line("f1"))
        #expect(bench.answers.isEmpty)
        #expect(bench.committed.map(\.sessionID) == ["a"])
        #expect(bench.desk.isBusy)
        try bench.commit("f1", as: 7)
        #expect(bench.answers == ["c": [.accepted(record: 7, id: "f1")]])
        #expect(!bench.desk.isBusy)
    }

    @Test("The same again is the same: on its way, and afterwards, whoever sends it")
    func again() throws {
        var bench = try Bench()
        try bench.submit(Bench.line("f1"))
        try bench.submit(Bench.line("f1"))
        try bench.submit(Bench.line("f1"), by: "d")
        #expect(bench.committed.count == 1)
        try bench.commit("f1", as: 2)
        let accepted = SubmissionAnswer.accepted(record: 2, id: "f1")
        #expect(bench.answers == ["c": [accepted, accepted], "d": [accepted]])
        // As JSON it may look otherwise.
        try bench.submit(Bench.line("f1").replacing(":", with: " : "), by: "e")
        #expect(bench.answers["e"] == [accepted])
        #expect(bench.committed.count == 1)
        #expect(!bench.desk.isBusy)
    }

    @Test("An id that has been used for something else is refused, on its way and afterwards")
    func other() throws {
        var bench = try Bench(["a", "b"])
        try bench.submit(Bench.line("f1"))
        let others = [
            Bench.line("f1", "b"), Bench.line("f1", "a", #""kind":"inserted""#),
            Bench.line("f1", "a", #""kind":"shown","actor":"x""#),
        ]
        for line in others { try bench.submit(line, by: "d") }
        try bench.commit("f1", as: 3)
        for line in others { try bench.submit(line, by: "d") }
        let refused = SubmissionAnswer.refused(reason: "\"id\" is that of other feedback", id: "f1")
        #expect(bench.answers["d"] == Array(repeating: refused, count: 6))
        #expect(bench.answers["c"] == [.accepted(record: 3, id: "f1")])
        #expect(!bench.desk.isBusy)
    }

    @Test("Ids are told apart by their bytes, also those that look the same")
    func bytes() throws {
        var bench = try Bench(["\u{E9}", "e\u{301}"])
        try bench.submit(Bench.line("\u{E9}", "\u{E9}"))
        try bench.submit(Bench.line("e\u{301}", "e\u{301}"))
        #expect(bench.committed.map { Array($0.sessionID.utf8) } == [[0xC3, 0xA9], [0x65, 0xCC, 0x81]])
        #expect(bench.answers.isEmpty)
    }

    @Test("What is no feedback, or about no entry, is refused, with the id as far as it has one")
    func refused() throws {
        var bench = try Bench()
        try bench.submit(Bench.line("f1", "nobody"))
        try bench.submit(#"{"id":"f2","entry":"e","kind":"x"}"#)
        try bench.submit("nonsense")
        for frames in [
            [], [[]], [Array("SUBMIT".utf8)], [Array("FETCH".utf8), []],
            Array(repeating: Array("SUBMIT".utf8), count: 3),
        ] {
            try bench.submit(frames)
        }
        let answers = try #require(bench.answers["c"])
        #expect(answers.count == 8)
        #expect(answers[0] == .refused(reason: "no such entry, or it isn't kept any more", id: "f1"))
        #expect(
            answers.map { if case .refused(_, let id) = $0 { id } else { "accepted" } } == ["f1", "f2"]
                + Array(repeating: "", count: 6))
        #expect(bench.committed.isEmpty)
        #expect(!bench.desk.isBusy)
    }

    @Test("When the workspace has ended, nothing is taken")
    func ended() throws {
        var bench = try Bench()
        try bench.submit(Bench.line("f1"))
        bench.desk.ended(bench.committed[0])
        bench.act()
        #expect(bench.answers["c"] == [.refused(reason: "the workspace has ended", id: "f1")])
        #expect(!bench.desk.isBusy)
    }

    @Test("Of many at a time no more is read")
    func full() throws {
        var bench = try Bench()
        for number in 0..<FeedbackDesk.most.count {
            #expect(!bench.desk.isFull)
            try bench.submit(Bench.line("f\(number)"))
        }
        #expect(bench.desk.isFull)
        try bench.commit("f0", as: 2)
        #expect(!bench.desk.isFull)

        bench = try Bench()
        let long = #""kind":"edited","text":"\#(String(repeating: "x", count: 60_000))""#
        var count = 0
        while !bench.desk.isFull {
            try bench.submit(Bench.line("f\(count)", "a", long))
            count += 1
        }
        #expect(count < 150)
    }
}
