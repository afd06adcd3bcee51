/// What the checker of the chaos harness notices.
import Foundation
import Testing
import TestSupport

@testable import Chaos

@Suite("The checker", .timeLimit(.minutes(5)))
struct CheckerTests {
    private static func window(_ session: String, _ number: Int, _ messages: [Int], status: String = "none") -> String {
        let list = messages.map { #"{"sender":"rm","message":"m","sequence":\#($0)}"# }.joined(separator: ",")
        return #"{"id":"\#(session)-\#(number)","type":"t","sequence":0,"data":{"session_id":"\#(session)","window":"#
            + #"{"start":"","end":""},"messages":[\#(list)],"response":{"status":"\#(status)"}}}"#
    }

    private static func late(_ number: Int) -> String {
        #"{"id":"late-\#(number)","type":"t","sequence":0,"data":{"position":{"sequence":\#(number)}}}"#
    }

    /// What ought to come: six lines of two sessions, one of them late.
    private static let good = [
        window("a", 1, [1, 2]), window("b", 1, [3]), late(4), window("a", 2, [5]), window("b", 2, [6]),
    ]

    private static func entries(_ lines: [String], numbers: [Int]? = nil) throws -> [Entry] {
        try zip(lines, numbers ?? Array(1...max(1, lines.count))).map { line, number in
            let numbered = line.replacingOccurrences(of: #""sequence":0"#, with: #""sequence":\#(number)"#)
            return try JSONDecoder().decode(Entry.self, from: Data(numbered.utf8))
        }
    }

    private func problems(_ lines: [String], numbers: [Int]? = nil) throws -> String {
        let checker = Checker(expected: try Self.entries(Self.good), lineCount: 6, asksModel: false)
        return checker.problems(in: try Self.entries(lines, numbers: numbers)).joined(separator: "; ")
    }

    @Test("what ought to come is no problem, sessions in whatever order")
    func asExpected() throws {
        #expect(try problems(Self.good) == "")
        let good = Self.good
        #expect(try problems([good[1], good[0], good[3], good[2], good[4]]) == "")
    }

    private static func feedback(_ id: String) -> String {
        #"{"id":"feedback/\#(id)","type":"streamllm.feedback.v1","sequence":0,"data":{"id":"\#(id)","session_id":"a"}}"#
    }

    /// What a subscriber got, what was said about it, and a part of what is wrong with that.
    @Test(
        "feedback that was accepted is there once, under its number, and nothing else",
        arguments: [
            (["f", "g"], ["f": 1, "g": 2], ""), (["f"], ["f": 1, "g": 2], ""), (["f", "g"], ["g": 2], ""),
            ([], ["f": 1], ""), (["g", "f"], ["f": 1], "f was accepted as record 1, and came as [2]"),
            (["f", "f"], ["f": 1], "twice: f"), (["h"], [:], "nobody sent h"),
            (["g"], ["f": 1], "f was accepted as record 1, and came as []"),
        ] as [([String], [String: UInt64], String)])
    func feedback(_ came: [String], _ accepted: [String: UInt64], _ problem: String) throws {
        let account = FeedbackSender.Account(sent: ["f", "g"], accepted: accepted)
        let problems = Checker.problems(in: try Self.entries(came.map(Self.feedback)), account).joined(separator: "; ")
        #expect(problem.isEmpty ? problems.isEmpty : problems.contains(problem), "\(problems)")
    }

    @Test("a window that is missing")
    func lost() throws {
        let problems = try problems(Array(Self.good.dropLast()))
        #expect(problems.contains("lost: b-2"))
        #expect(problems.contains("6 lines, and 5 of them came out"))
    }

    @Test("a window that came twice")
    func twice() throws {
        #expect(try problems(Self.good + [Self.good[4]]).contains("twice: b-2"))
    }

    @Test("streams of strangers aren't compared, but numbered like all, and each id comes once")
    func strangers() throws {
        func named(_ line: String, _ stream: String) -> String {
            line.replacingOccurrences(of: #""data":{"#, with: #""data":{"stream":"\#(stream)","#)
        }
        let checker = Checker(
            expected: try Self.entries(Self.good), lineCount: 6, asksModel: false, stream: "ch\u{E4}ts")
        let good = Self.good.map { named($0, "ch\u{E4}ts") }
        let strange = named(Self.window("c", 1, [7, 8]), "cha\u{308}ts")
        func problems(_ lines: [String], _ numbers: [Int]? = nil) throws -> [String] {
            checker.problems(in: try Self.entries(lines, numbers: numbers))
        }
        #expect(try problems([strange] + good) == [])
        #expect(try problems([strange] + good + [strange]) == ["an id twice: c-1"])
        #expect(try problems([strange] + good, [1, 3, 4, 5, 6, 7]).count == 1)
        #expect(try problems([strange] + good.dropLast()).contains { $0.hasPrefix("lost: b-2") })
        #expect(try problems([named(Self.window("c", 1, [7, 8]), "ch\u{E4}ts")] + good) != [])
    }

    @Test("a message that is missing in its window")
    func wrongMessages() throws {
        var lines = Self.good
        lines[0] = Self.window("a", 1, [1])
        let problems = try problems(lines)
        #expect(problems.contains("not as it should be, or not one at all: a-1"))
        #expect(problems.contains("lost: a-1"))
    }

    @Test("a late message that also got into a window")
    func lateAndIn() throws {
        var lines = Self.good
        lines[0] = Self.window("a", 1, [1, 2, 4])
        #expect(try problems(lines).contains("a message is in a window, and late or rejected"))
    }

    @Test("a session's windows in another order")
    func order() throws {
        let good = Self.good
        #expect(
            try problems([good[3], good[1], good[2], good[0], good[4]])
                == "the windows of session a aren't in order")
    }

    @Test("numbers with a hole, or twice the same", arguments: [[1, 2, 4, 5, 6], [1, 2, 2, 3, 4], [2, 3, 4, 5, 6]])
    func numbers(_ numbers: [Int]) throws {
        #expect(try problems(Self.good, numbers: numbers).contains("aren't numbered from 1 without holes"))
    }

    @Test("an answer where none was asked for")
    func answer() throws {
        var lines = Self.good
        lines[0] = Self.window("a", 1, [1, 2], status: "generated")
        #expect(try problems(lines) == "status generated: a-1")
    }

    @Test("sums that don't come out in the summary")
    func summary() {
        let right =
            "INFO consumer: Done: received 10 = accepted 8 + rejected 2 + duplicates 0; accepted 8 = in windows 7 + late 1; "
            + "lost 0; windows 3, entries 3 (generated 0, fallback 0, none 3)"
        #expect(Summary.problems(in: right) == [])
        for (part, wrong) in [
            ("received 10", "received 11"), ("late 1", "late 2"), ("lost 0", "lost 1"), ("none 3", "none 2"),
        ] {
            #expect(Summary.problems(in: right.replacingOccurrences(of: part, with: wrong)).count == 1, "\(wrong)")
        }
        #expect(Summary.problems(in: "") == ["no summary"])
    }

    @Test("of a long round: a message that is missing, comes twice or in another order, and a record that is missing")
    func long() throws {
        let input = try LongInput(TemporaryFolder(), seconds: 1)
        func problems(_ windows: [(session: String, messages: [Int])], from first: Int = 1) -> [String] {
            var entries = LongEntries(of: input)
            for (number, window) in windows.enumerated() {
                let line = Self.window(window.session, 1, window.messages)
                entries.take(
                    Data(line.replacingOccurrences(of: #""sequence":0"#, with: #""sequence":\#(number + first)"#).utf8))
            }
            return entries.problemsAtEnd
        }
        let all = Array(1...input.count)
        #expect(problems([("a", Array(all.prefix(1000))), ("a", Array(all.dropFirst(1000)))]) == [])
        #expect(problems([("a", all.dropLast())]) == ["2999 of 3000 messages came out"])
        #expect(problems([("a", all), ("a", [3000])]).count == 2)
        #expect(problems([("a", Array(all.dropFirst(1000))), ("a", Array(all.prefix(1000)))]) != [])
        #expect(problems([("a", all)], from: 2) == ["2 stands where 1 should"])
    }
}
