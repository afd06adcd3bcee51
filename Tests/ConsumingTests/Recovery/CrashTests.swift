/// The store and the pipeline, with the process dying anywhere.
import Chat
import Feed
import Foundation
import Streaming
import Testing
import TestSupport

@testable import Consuming
@testable import Outbox
@testable import Storage

// One after the other: a database blocks its thread, and other tests want some of those.
@Suite("Dying anywhere", .serialized, .timeLimit(.minutes(5)))
struct CrashTests {
    private static func line(_ time: Int64, _ session: Int, _ number: Int) -> String {
        let stamp = Timestamp(milliseconds: 1_700_000_000_000 + time)
        let sender = number % 3 == 0 ? "rm" : "customer"
        return #"{"session_id":"s\#(session)","timestamp":"\#(stamp)","sender":"\#(sender)","message":"m\#(number)"}"#
    }

    /// Batches of chats with stragglers, bad lines and times from the future; time, silence and an end in between.
    private static func deliveries(_ random: inout SeededGenerator) -> [Delivery] {
        var deliveries: [Delivery] = [.began(stream: "s", endpoint: "e")]
        var (time, next) = (Int64(0), UInt64(1))
        for _ in 0..<Int.random(in: 5...40, using: &random) {
            switch Int.random(in: 0..<8, using: &random) {
            case 0:
                time += Int64.random(in: 0...20_000, using: &random)
                deliveries.append(.time(stream: "s", milliseconds: 1_700_000_000_000 + time))
            case 1 where Bool.random(using: &random): deliveries.append(.idle(stream: "s"))
            case 3 where Bool.random(using: &random):
                // A clock that is hours ahead, and goes on; now and then until it is believed.
                var far = time + 20_000_000
                for _ in 0..<Int.random(in: 1...4, using: &random) {
                    deliveries.append(.time(stream: "s", milliseconds: 1_700_000_000_000 + far))
                    far += Int64.random(in: 0...6000, using: &random)
                }
            case 4 where Int.random(in: 0..<4, using: &random) == 0:
                deliveries += [.ended(stream: "s"), .began(stream: "s", endpoint: "e")]
            case 2 where Bool.random(using: &random): deliveries.append(.lost(stream: "s", count: 3))
            default:
                var lines: [String] = []
                for _ in 0..<Int.random(in: 1...20, using: &random) {
                    time += Int64.random(in: 0...2000, using: &random)
                    let jitter = Int64.random(in: 0...3000, using: &random)
                    let leap: Int64 = Int.random(in: 0..<40, using: &random) == 0 ? 90_000_000 : 0
                    lines.append(
                        Int.random(in: 0..<30, using: &random) == 0
                            ? "nonsense"
                            : line(time - jitter + leap, Int.random(in: 0..<8, using: &random), lines.count))
                }
                deliveries.append(.records(LineBatch(stream: "s", first: next, lines: lines)))
                next += UInt64(lines.count)
            }
        }
        return deliveries + [.ended(stream: "s")]
    }

    private static func policy(_ random: inout SeededGenerator) -> WindowPolicy {
        let windows: [WindowPolicy.Windows] = [
            .tumbling(size: 5000), .sliding(size: 9000, slide: 4000), .session(gap: 2500),
            .session(gap: 2500, longest: 8000),
        ]
        return WindowPolicy(
            windows[Int.random(in: 0..<4, using: &random)], maxOutOfOrderness: Bool.random(using: &random) ? 0 : 2000,
            allowedLateness: Bool.random(using: &random) ? 0 : 4000,
            turnSilence: Bool.random(using: &random) ? nil : 1000,
            limits: Bool.random(using: &random)
                ? WindowPolicy.Limits() : WindowPolicy.Limits(window: 150, total: 600))
    }

    /// What came out, a line each.
    private static func lines(_ outcome: Outcome) -> [String] {
        let setAside = outcome.records.map { record in
            if case .setAside(let it) = record { "\(it.kind) \(it.sequence) \(it.line) \(it.reason)" } else { "?" }
        }
        return setAside + outcome.windows.map { line($0) }
    }

    private static func line(_ window: PendingWindow) -> String {
        let result = window.result
        return "\(result.sessionID) \(result.window) \(result.revision) \(result.supersedes) \(result.trigger) "
            + "\(result.conversation.messages) \(window.lost)"
    }

    private static func fresh(_ policy: WindowPolicy) -> Pipeline {
        Pipeline(policy: policy, endpoints: ["e"], partSize: 1...1, logger: LogCapture().logger)
    }

    @Test("each thing comes out once, as without the deaths", arguments: 0..<30 as Range<UInt64>)
    func anywhere(_ seed: UInt64) async throws {
        var random = SeededGenerator(seed)
        let policy = Self.policy(&random)
        let deliveries = Self.deliveries(&random)
        var undisturbed = Self.fresh(policy)
        let decoder = BatchDecoder()
        var expected: [String] = []
        for delivery in deliveries {
            await undisturbed.process(delivery, with: decoder) { expected += Self.lines($0) }
        }

        let folder = try TemporaryFolder()
        var committed: [String] = []
        /// Sums that don't come out, of a process that stops there.
        var wrong: [Counts] = []
        /// Deliveries that needn't come again.
        var done = 0
        while done < deliveries.count {
            // A process begins, and dies after so many commits.
            let store = try Store(path: folder.path + "/store.sqlite", synchronous: .normal)
            let recovered = try await Recovered(from: store, into: Self.fresh(policy))
            var pipeline = recovered.pipeline
            var life = Int.random(in: 1...12, using: &random)
            var journaled = 0
            var counts = Counts()

            func commit(_ outcome: Outcome, checkpoint: Commit.CheckpointPart? = nil) throws {
                life -= 1
                guard life >= 0 else { return }
                var commit = outcome.commit
                commit.checkpoint = checkpoint
                commit.pending = outcome.windows
                try store.commit([commit])
                committed += Self.lines(outcome)
                counts += outcome.counts
                if counts.accepted != counts.inWindows + counts.late { wrong.append(counts) }
                if outcome.commit.journal != nil { journaled += 1 }
            }

            var outcomes: [Outcome] = []
            if let unfinished = recovered.unfinished {
                await pipeline.process(unfinished.event, isJournaled: true, skipping: unfinished.progress) {
                    outcomes.append($0)
                }
                for outcome in outcomes { try commit(outcome) }
            }
            for delivery in deliveries[done...] where life > 0 {
                outcomes = []
                await pipeline.process(delivery, with: decoder, isJournaled: true) { outcomes.append($0) }
                let before = journaled
                for outcome in outcomes { try commit(outcome) }
                // What changes nothing isn't journaled, and needn't come again.
                if journaled > before || outcomes.allSatisfy({ $0.commit.journal == nil }) && life >= 0 { done += 1 }
                if Int.random(in: 0..<6, using: &random) == 0 {
                    var parts: [Commit.CheckpointPart] = []
                    await pipeline.checkpoint(partSize: 300) { parts.append($0) }
                    for part in parts { try commit(Outcome(), checkpoint: part) }
                }
            }
        }
        let store = try Store(path: folder.path + "/store.sqlite", synchronous: .normal)
        let recovered = try await Recovered(from: store, into: Self.fresh(policy))
        if let unfinished = recovered.unfinished {
            var pipeline = recovered.pipeline
            await pipeline.process(unfinished.event, isJournaled: true, skipping: unfinished.progress) {
                committed += Self.lines($0)
            }
        }
        #expect(committed == expected)
        #expect(wrong == [])
    }
}
