/// What the pipeline makes of deliveries.
import Chat
import Feed
import Logging
import Records
import Streaming
import Testing
import TestSupport

@testable import Consuming
@testable import Outbox
@testable import Storage

@Suite("The pipeline", .timeLimit(.minutes(5)))
struct PipelineTests {
    /// Runs deliveries through a pipeline.
    ///
    /// - Returns: what followed, and the counts in all.
    private func run(
        _ deliveries: [Delivery], policy: WindowPolicy = WindowPolicy(.tumbling(size: 30_000))
    ) async -> (outcomes: [Outcome], counts: Counts) {
        var pipeline = Pipeline(policy: policy, endpoints: ["e"], logger: LogCapture().logger)
        var outcomes: [Outcome] = []
        let decoder = BatchDecoder()
        for delivery in deliveries {
            await pipeline.process(delivery, with: decoder) { outcomes.append($0) }
        }
        return (outcomes, outcomes.reduce(into: Counts()) { $0 += $1.counts })
    }

    private func records(_ first: UInt64, _ lines: String...) -> Delivery {
        .records(LineBatch(stream: "s", first: first, lines: lines))
    }

    private func line(_ second: Int, _ day: String = "2025-01-23", _ session: String = "a") -> String {
        let time = "\(day)T14:\(30 + second / 60):\(second % 60 < 10 ? "0" : "")\(second % 60)Z"
        return #"{"session_id":"\#(session)","timestamp":"\#(time)","sender":"rm","message":"x"}"#
    }

    private func setAside(_ outcomes: [Outcome]) -> [SetAside] {
        outcomes.flatMap(\.records).compactMap { if case .setAside(let record) = $0 { record } else { nil } }
    }

    @Test("a late message goes out with its line")
    func late() async {
        let (outcomes, counts) = await run([records(1, line(1), line(31), line(2))])
        let records = setAside(outcomes)
        #expect(records.map(\.line) == [line(2)])
        #expect(records.map(\.kind) == [.late])
        #expect(counts == Counts(accepted: 3, inWindows: 2, late: 1, windows: 1))
    }

    @Test("few messages go through the engine at a time where each may be followed by a large window")
    func largeRevisions() async {
        var policy = WindowPolicy(.tumbling(size: 30_000), allowedLateness: 3_600_000)
        policy.limits.window = 8 << 20
        var pipeline = Pipeline(policy: policy, endpoints: ["e"], logger: LogCapture().logger)
        let decoder = BatchDecoder()
        let text = String(repeating: "x", count: 1 << 20)
        let large = (1...7).map { line($0).replacing("\"x\"", with: "\"\(text)\"") }
        for delivery in [
            Delivery.records(LineBatch(stream: "s", first: 1, lines: large)),
            .records(LineBatch(stream: "s", first: 8, lines: [line(40)])),
        ] {
            await pipeline.process(delivery, with: decoder, isJournaled: true)
        }
        var (events, windows) = (0, 0)
        let late = LineBatch(stream: "s", first: 9, lines: (0..<100).map { _ in line(8) })
        await pipeline.process(.records(late), with: decoder, isJournaled: true) { outcome in
            events += outcome.commit.journal == nil ? 0 : 1
            windows += outcome.windows.count
        }
        #expect(windows == 100)
        #expect(3...4 ~= events, "each of these has 36 windows of 7 MiB at most")
    }

    @Test("late messages of a publisher without numbers are said to be so, once; those of a stream with numbers aren't")
    func repetition() async {
        for (stream, warnings) in [("e", 1), ("s", 0)] {
            let logs = LogCapture()
            var pipeline = Pipeline(
                policy: WindowPolicy(.tumbling(size: 30_000)), endpoints: ["e"], logger: logs.logger)
            let lines = [line(1), line(31), line(2), line(3)]
            await pipeline.process(
                .records(LineBatch(stream: stream, first: 1, lines: lines)), with: BatchDecoder())
            #expect(logs.texts(.warning).filter { $0.contains("too late") }.count == warnings)
        }
    }

    @Test("a message from the future is counted when it is known what becomes of it, and goes out with its line")
    func future() async {
        let far = line(3, "2099-01-01")
        let (outcomes, counts) = await run([records(1, line(1), far), records(3, line(2), "nonsense", line(31))])
        #expect(outcomes[0].counts == Counts(accepted: 1, inWindows: 1))
        let records = setAside(outcomes)
        #expect(Set(records.map(\.line)) == [far, "nonsense"])
        #expect(records.allSatisfy { $0.kind == .rejected })
        #expect(records.first { $0.line == far }?.sequence == 2)
        #expect(records.first { $0.line == far }?.sessionID == "a")
        #expect(counts == Counts(accepted: 3, rejected: 2, inWindows: 3, windows: 1))
    }

    @Test("the line of a held message is found in whatever batch it came")
    func heldAndRejectedAtOnce() async {
        let (first, second) = (line(3, "2099-01-01"), line(4, "2100-01-01"))
        let (outcomes, _) = await run([
            records(1, line(1), first, line(2), second), .ended(stream: "s"),
        ])
        #expect(setAside(outcomes).map(\.line) == [first, second])
        #expect(setAside(outcomes).map(\.sequence) == [2, 4])
    }

    @Test("a message that is held and then confirmed is in a window")
    func jump() async {
        let (outcomes, counts) = await run([
            records(1, line(1), line(2, "2025-01-24")), records(3, line(3, "2025-01-24")), .ended(stream: "s"),
        ])
        #expect(setAside(outcomes).isEmpty)
        #expect(counts == Counts(accepted: 3, inWindows: 3, windows: 2))
    }

    @Test("time without messages, silence and the end of a stream close windows")
    func time() async throws {
        let reached = try #require(Timestamp("2025-01-23T14:30:30Z")).milliseconds
        let (outcomes, _) = await run([
            .began(stream: "s", endpoint: "e"), records(1, line(1)), .time(stream: "s", milliseconds: reached),
            records(2, line(31)), .idle(stream: "s"), records(3, line(61)), .ended(stream: "s"),
        ])
        #expect(outcomes.map(\.windows.count) == [0, 0, 1, 0, 1, 0, 1])
        #expect(outcomes.last?.commit.ended == "s")
        #expect(outcomes.map(\.inputs.haveEnded) == [false, false, false, false, false, false, true])
    }

    /// How large parts are, in bytes.
    private static let growing = [32, 64, 128, 256, 512, 1024, 2048, 2048, 2048].map { $0 << 10 }

    @Test("many windows that close at once go on in parts, and what is true at the end is said with the last")
    func parts() async {
        let lines = (1...5000).map { line(1, "2025-01-23", "session \($0)") }
        let (outcomes, counts) = await run([
            .began(stream: "s", endpoint: "e"), .records(LineBatch(stream: "s", first: 1, lines: lines)),
            .ended(stream: "s"),
        ])
        let parts = outcomes.dropFirst(2)
        #expect(parts.count > 5)
        for (part, limit) in zip(parts.dropLast(), Self.growing) {
            let sizes = part.windows.map(\.result.size)
            #expect(sizes.reduce(0, +) >= limit && sizes.dropLast().reduce(0, +) < limit)
        }
        #expect(parts.dropLast().allSatisfy { $0.commit.ended == nil && !$0.inputs.haveEnded })
        #expect(parts.last?.commit.ended == "s")
        #expect(parts.last?.inputs.haveEnded == true)
        #expect(parts.flatMap { $0.windows.map(\.result.sessionID) } == (1...5000).map { "session \($0)" }.sorted())
        #expect(counts.windows == 5000)
    }

    @Test("a window says how many messages of its stream were lost before it came out")
    func lost() async {
        let (outcomes, counts) = await run([
            records(1, line(1)), .lost(stream: "s", count: 7), records(9, line(31)), .ended(stream: "s"),
        ])
        #expect(outcomes.flatMap { $0.windows.map(\.lost) } == [7, 7])
        #expect(counts.lost == 7)
    }

    @Test("so many lost messages that they can't be counted are as many as can")
    func lostBeyondCounting() async {
        let (outcomes, counts) = await run([
            records(1, line(1)), .lost(stream: "s", count: .max - 1), .lost(stream: "s", count: 7), .ended(stream: "s"),
        ])
        #expect(outcomes.flatMap { $0.windows.map(\.lost) } == [.max])
        #expect(counts.lost == .max)
    }

    @Test("rejected lines go on in parts, too")
    func rejectedParts() async {
        let lines = [String](repeating: "", count: 1000) + [line(1)]
        let (outcomes, counts) = await run([.records(LineBatch(stream: "s", first: 1, lines: lines))])
        #expect(outcomes.count > 2)
        for (outcome, limit) in zip(outcomes.dropLast(), Self.growing) {
            let sizes = setAside([outcome]).map(\.size)
            #expect(sizes.reduce(0, +) >= limit && sizes.dropLast().reduce(0, +) < limit)
        }
        #expect(setAside(outcomes).map(\.sequence) == Array(1...1000))
        #expect(setAside(outcomes).allSatisfy { $0.reason == "the line is empty" })
        #expect(counts == Counts(accepted: 1, rejected: 1000, inWindows: 1))
    }

    @Test("of a line of megabytes that is set aside the beginning is kept, and the reason says so")
    func longLines() async {
        let long = String(repeating: "x", count: KeptLine.limit + 5)
        let late = line(2).replacing(#""message":"x""#, with: #""message":"\#(long)""#)
        let (outcomes, _) = await run([records(1, long, line(1), line(31), late)])
        let records = setAside(outcomes)
        #expect(records.map(\.kind) == [.rejected, .late])
        for record in records {
            #expect(record.line.utf8.count == KeptLine.limit)
            #expect(record.reason.contains("(the first \(KeptLine.limit) of "))
        }
        #expect(records.first?.reason.hasSuffix(" of \(KeptLine.limit + 5) bytes)") == true)
    }

    @Test("a row of the journal has what a clock said that isn't believed yet, and nothing of one that repeats itself")
    func claims() async throws {
        let now = try #require(Timestamp("2025-01-23T14:30:00Z")).milliseconds
        var pipeline = Pipeline(
            policy: WindowPolicy(.tumbling(size: 30_000)), endpoints: ["e"], logger: LogCapture().logger)
        let decoder = BatchDecoder()
        await pipeline.process(records(1, line(1)), with: decoder)
        var journaled: [Bool] = []
        for seconds in [2, 2, 36_000, 36_000, 36_005, 36_005, 36_010, 36_010] as [Int64] {
            let time = Delivery.time(stream: "s", milliseconds: now + seconds * 1000)
            await pipeline.process(time, with: decoder, isJournaled: true) {
                journaled.append($0.commit.journal != nil)
            }
        }
        #expect(journaled == [true, false, true, false, true, false, true, false])
    }

    @Test("that windows are large is said once, before the limit and when it is reached")
    func warnings() async {
        let log = LogCapture()
        var policy = WindowPolicy(.tumbling(size: 30_000))
        policy.limits = WindowPolicy.Limits(window: 1000, total: 100)
        var pipeline = Pipeline(policy: policy, endpoints: [], logger: log.logger)
        let decoder = BatchDecoder()
        await pipeline.process(records(1, line(1)), with: decoder)
        #expect(log.texts(.warning).isEmpty)
        await pipeline.process(records(2, line(2)), with: decoder)
        #expect(log.texts(.warning).count == 1)
        #expect(log.texts(.warning).last?.contains("half of what they may") == true)
        await pipeline.process(records(3, line(3), line(4), line(5), line(6), line(7), line(8)), with: decoder)
        #expect(log.texts(.warning).count == 2)
        #expect(log.texts(.warning).last?.contains("come out in part") == true)
    }

    @Test("what is expected goes on with the last part of an event, and where nobody wants to know, nothing does")
    func expected() async {
        for wants in [true, false] {
            var pipeline = Pipeline(
                policy: WindowPolicy(.tumbling(size: 30_000), turnSilence: 2000), endpoints: [], partSize: 1...1,
                expectsTurns: wants, logger: LogCapture().logger)
            var parts: [Int] = []
            // Two windows close, and in the third a customer waits.
            let lines = [line(1), line(31), line(61).replacing("\"rm\"", with: "\"customer\"")]
            await pipeline.process(
                .records(LineBatch(stream: "s", first: 1, lines: lines)), with: BatchDecoder()
            ) { parts.append($0.upcoming.count) }
            #expect(parts == (wants ? [0, 1] : [0, 0]))
        }
    }

    @Test("an event of which a part was dealt with by another process counts as a whole, wherever that stopped")
    func countsOfTheUnfinished() async {
        // Five windows, and behind each a message that is late for the one before; one that isn't a message.
        let lines = (0..<5).flatMap { [line($0 * 31), line(max(0, $0 * 31 - 40))] } + ["nonsense"]
        for skipping in 0...12 {
            var pipeline = Pipeline(
                policy: WindowPolicy(.tumbling(size: 30_000)), endpoints: [], partSize: 1...1,
                logger: LogCapture().logger)
            var batch = DecodedBatch()
            let lines = LineBatch(stream: "s", first: 1, lines: lines)
            BatchDecoder().decode(lines, into: &batch)
            var counts = Counts()
            await pipeline.process(.batch(batch), from: lines, isJournaled: true, skipping: skipping) {
                counts += $0.counts
            }
            #expect(counts.accepted == 10 && counts.rejected == 1)
            #expect(counts.late > 2)
            #expect(counts.inWindows + counts.late == counts.accepted, "\(skipping)")
        }
    }
}
