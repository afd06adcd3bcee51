/// The cursor as a table: what arrives, and what is taken of it.
import Testing
import TestSupport

@testable import Feed

/// What happens to a cursor, in one word each.
enum Step {
    case live(UInt64)
    case batch(UInt64, count: UInt64, next: UInt64)
    case nothing(next: UInt64)
    case gone(firstKept: UInt64)
    case unknown
    case control(next: UInt64, ended: Bool = false)
    case question
    case timeOut
    case suspect
}

/// What a cursor made of it.
struct Trace: Equatable {
    var taken: [UInt64] = []
    var duplicates = 0
    var lost: UInt64 = 0
    var questions: [UInt64] = []
}

extension Cursor {
    mutating func run(_ steps: [Step]) -> Trace {
        var trace = Trace()
        for step in steps {
            switch step {
            case .live(let sequence):
                switch receive(live: sequence) {
                case .accept: trace.taken.append(sequence)
                case .duplicate: trace.duplicates += 1
                case .ahead: break
                }
            case .batch(let first, let count, let next):
                trace.taken += Array(receive(batch: first, count: count, next: next))
            case .nothing(let next): receiveNothing(next: next)
            case .gone(let kept): trace.lost += receiveGone(firstKept: kept)
            case .unknown: trace.lost += receiveUnknown()
            case .control(let next, let ended): receive(control: next, ended: ended)
            case .question: if let question = question() { trace.questions.append(question) }
            case .timeOut: timeOut()
            case .suspect: suspect()
            }
        }
        return trace
    }
}

@Suite("Cursor", .timeLimit(.minutes(5)))
struct CursorTests {
    /// A row of the table: its name, the steps, what came of them, and the phase afterwards.
    struct Row: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let steps: [Step]
        let trace: Trace
        let phase: Cursor.Phase

        init(_ name: String, _ steps: [Step], _ trace: Trace, _ phase: Cursor.Phase) {
            testDescription = name
            self.steps = steps
            self.trace = trace
            self.phase = phase
        }
    }

    /// Draws level with a publisher that has published nothing, so that live records are taken.
    static let level: [Step] = [.control(next: 1), .question, .nothing(next: 1)]

    static let table: [Row] = [
        Row(
            "records in order are taken",
            level + [.live(1), .live(2), .live(3)], Trace(taken: [1, 2, 3], questions: [1]), .live),
        Row(
            "control alone doesn't make it live: it asks first, so that the publisher knows of it and stays",
            [.control(next: 1), .control(next: 1), .live(1), .question], Trace(taken: [1], questions: [2]), .catchingUp),
        Row(
            "a record that comes twice is taken once",
            level + [.live(1), .live(1), .live(2), .live(1)],
            Trace(taken: [1, 2], duplicates: 2, questions: [1]), .live),
        Row(
            "a gap is fetched, and the record behind it is taken from the batch",
            level + [.live(1), .live(4), .question, .batch(2, count: 3, next: 5), .live(5)],
            Trace(taken: [1, 2, 3, 4, 5], questions: [1, 2]), .live),
        Row(
            "live records that come while a gap is fetched are ignored until the two meet",
            level + [
                .live(1), .live(4), .question, .live(5), .batch(2, count: 2, next: 6), .question, .live(6),
                .batch(4, count: 3, next: 7), .live(7),
            ],
            Trace(taken: [1, 2, 3, 4, 5, 6, 7], questions: [1, 2, 4]), .live),
        Row(
            "a gap while catching up needs no second question while one is out",
            level + [.live(3), .question, .live(9), .question, .batch(1, count: 2, next: 10), .question],
            Trace(taken: [1, 2], questions: [1, 1, 3]), .catchingUp),
        Row(
            "what replay and live both bring is taken once",
            level + [.live(3), .question, .live(1), .live(2), .batch(1, count: 3, next: 4), .live(3), .live(4)],
            Trace(taken: [1, 2, 3, 4], duplicates: 1, questions: [1, 1]), .live),
        Row(
            "a lost tail is seen through control",
            level + [.live(1), .control(next: 3), .question, .batch(2, count: 1, next: 3)],
            Trace(taken: [1, 2], questions: [1, 2]), .live),
        Row(
            "control that tells nothing new changes nothing",
            level + [.live(1), .control(next: 2), .question], Trace(taken: [1], questions: [1]), .live),
        Row(
            "the end is reached when its last record has been taken",
            level + [.control(next: 3, ended: true), .question, .batch(1, count: 2, next: 3)],
            Trace(taken: [1, 2], questions: [1, 1]), .ended),
        Row(
            "an end that is announced before anything else came",
            [.control(next: 3, ended: true), .question, .batch(1, count: 2, next: 3)],
            Trace(taken: [1, 2], questions: [1]), .ended),
        Row("the end of a stream that had nothing in it", [.control(next: 1, ended: true)], Trace(), .ended),
        Row(
            "a lost end is seen when control says it again",
            level + [.live(1), .live(2), .control(next: 3, ended: true)],
            Trace(taken: [1, 2], questions: [1]), .ended),
        Row(
            "the last live record ends the stream when the end is known already",
            level + [.live(1), .control(next: 3, ended: true), .live(2)],
            Trace(taken: [1, 2], questions: [1]), .ended),
        Row(
            "after the end everything is a duplicate",
            level + [.control(next: 1, ended: true), .live(1), .live(7), .question],
            Trace(duplicates: 2, questions: [1]), .ended),
        Row(
            "what the publisher no longer has is lost, and counted",
            [.control(next: 8), .question, .gone(firstKept: 5), .question, .batch(5, count: 3, next: 8), .question],
            Trace(taken: [5, 6, 7], lost: 4, questions: [1, 5, 8]), .catchingUp),
        Row(
            "gone twice loses only once",
            [.control(next: 8), .gone(firstKept: 5), .gone(firstKept: 5), .gone(firstKept: 2)],
            Trace(lost: 4), .catchingUp),
        Row(
            "a publisher that doesn't know the stream ends it, and what it had promised is lost",
            level + [.live(1), .control(next: 5), .question, .unknown],
            Trace(taken: [1], lost: 3, questions: [1, 2]), .ended),
        Row(
            "a live stream under suspicion is asked for, and goes on when it is still there",
            level + [.live(1), .suspect, .question, .nothing(next: 2), .live(2)],
            Trace(taken: [1, 2], questions: [1, 2]), .live),
        Row(
            "a publisher that has begun anew and is behind is asked, which tells it how far followers are",
            level + [.live(1), .live(2), .live(3), .control(next: 2), .question, .nothing(next: 2), .live(4)],
            Trace(taken: [1, 2, 3, 4], questions: [1, 4]), .live),
        Row(
            "control that is behind a cursor that catches up changes nothing",
            [.control(next: 5), .question, .control(next: 2), .question, .batch(1, count: 4, next: 5)],
            Trace(taken: [1, 2, 3, 4], questions: [1]), .catchingUp),
        Row(
            "a live stream under suspicion ends when its publisher doesn't know it any more",
            level + [.live(1), .suspect, .question, .unknown], Trace(taken: [1], questions: [1, 2]), .ended),
        Row(
            "a question that isn't answered is asked again",
            [.control(next: 4), .question, .question, .timeOut, .question, .batch(1, count: 3, next: 4)],
            Trace(taken: [1, 2, 3], questions: [1, 1]), .catchingUp),
        Row(
            "an answer that comes twice is taken once",
            [
                .control(next: 4), .question, .timeOut, .question, .batch(1, count: 3, next: 4),
                .batch(1, count: 3, next: 4),
            ],
            Trace(taken: [1, 2, 3], questions: [1, 1]), .live),
        Row(
            "an answer from behind the cursor is of no use",
            [.control(next: 9), .question, .batch(5, count: 3, next: 9), .question],
            Trace(questions: [1, 1]), .catchingUp),
    ]

    @Test("takes each record once and in order", arguments: table)
    func holds(_ row: Row) {
        var cursor = Cursor(next: 1)
        #expect(cursor.run(row.steps) == row.trace)
        #expect(cursor.phase == row.phase)
    }

    @Test("doesn't ask for live records before it has drawn level once, nor while it is far behind")
    func wantsRecords() {
        var cursor = Cursor(next: 1)
        _ = cursor.run([.control(next: 100_000)])
        #expect(!cursor.wantsRecords)
        _ = cursor.run([.question, .batch(1, count: 99_999, next: 100_000)])
        #expect(cursor.wantsRecords)
        #expect(cursor.phase == .catchingUp, "what was published before they come is still to be fetched")
        _ = cursor.run([.question, .nothing(next: 100_000)])
        #expect(cursor.phase == .live)
        _ = cursor.run([.live(100_002)])
        #expect(cursor.wantsRecords, "a small gap doesn't stop the live records")
        _ = cursor.run([.control(next: 100_001 + Cursor.farBehind + 1)])
        #expect(!cursor.wantsRecords)
    }

    @Test("two streams, interleaved, each have their own cursor")
    func twoStreams() {
        var cursors = ["a": Cursor(next: 1), "b": Cursor(next: 1)]
        var taken: [String] = []
        for (stream, sequence) in [("a", 1), ("b", 1), ("a", 2), ("b", 3), ("a", 3), ("b", 2)] as [(String, UInt64)] {
            if cursors[stream]?.receive(live: sequence) == .accept { taken.append("\(stream)\(sequence)") }
        }
        #expect(taken == ["a1", "b1", "a2", "a3", "b2"])
    }

    @Test("what the publisher says of its time holds only when everything before has been taken")
    func reached() {
        var cursor = Cursor(next: 1)
        _ = cursor.run([.control(next: 3)])
        #expect(!cursor.hasReached(3))
        _ = cursor.run([.question, .batch(1, count: 2, next: 3)])
        #expect(cursor.hasReached(3))
    }

    @Test("whatever is dropped, repeated or reordered, every record is taken once, in order", arguments: 0..<200)
    func random(_ seed: UInt64) {
        var random = SeededGenerator(seed)
        var cursor = Cursor(next: 1)
        let total: UInt64 = 60
        var published: UInt64 = 1
        var taken: [UInt64] = []
        var isEnded = false
        while cursor.phase != .ended {
            switch Int.random(in: 0..<6, using: &random) {
            case 0...2 where published <= total:
                // A live record goes out; it may be lost, or come twice.
                for _ in 0..<Int.random(in: 0...2, using: &random) where cursor.receive(live: published) == .accept {
                    taken.append(published)
                }
                published += 1
            case 3: cursor.receive(control: published, ended: isEnded)
            case 4:
                isEnded = published > total
                guard let from = cursor.question() else { continue }
                if Bool.random(using: &random) {
                    cursor.timeOut()
                } else if from >= published {
                    cursor.receiveNothing(next: published)
                } else {
                    let count = UInt64.random(in: 1...(published - from), using: &random)
                    taken += Array(cursor.receive(batch: from, count: count, next: published))
                }
            default:
                // One that went out before comes again, or at last.
                guard published > 1 else { continue }
                let sequence = UInt64.random(in: 1..<published, using: &random)
                if cursor.receive(live: sequence) == .accept { taken.append(sequence) }
            }
        }
        #expect(taken == Array(1...total), "seed \(seed)")
    }
}
