/// The promise under random faults, and whether whoever checks it would notice.
import Testing

@testable import Chaos

@Suite("Chaos", .serialized, .timeLimit(.minutes(5)))
struct ChaosTests {
    @Test("random faults: what comes out is what comes out without them", arguments: [1, 2, 5, 4] as [UInt64])
    func faults(_ seed: UInt64) async throws {
        let report = try await Round(Plan(seed: seed)).run()
        #expect(report.problems == [])
        #expect(report.kills > 0)
        #expect(report.ofStrangers == 0)
    }

    @Test("the same beside a publisher and a subscriber that mean harm", arguments: [6, 7] as [UInt64])
    func hostilePeers(_ seed: UInt64) async throws {
        let report = try await Round(Plan(seed: seed)).run()
        #expect(report.problems == [])
        #expect(report.kills > 0)
        #expect(report.ofStrangers > 0)
    }

    @Test(
        "at full rate, what doesn't work for a while makes others wait, and then all comes once and in order",
        arguments: LongRound.Fault.allCases)
    func lasting(_ fault: LongRound.Fault) async throws {
        let report = try await LongRound(fault, .moment).run()
        #expect(report.problems == [])
        #expect(report.isLeftOut || report.memory.count == 3)
    }

    @Test("a build that doesn't commit is noticed")
    func skippedCommits() async throws {
        var problems: [String] = []
        // Dying behind what has gone out and isn't kept shows it, unless nothing was to go out just then.
        for seed in UInt64(3)...9 where problems.isEmpty {
            problems = try await Round(Plan(seed: seed, place: "after-publish"), breakage: "skip-commit").run().problems
        }
        #expect(problems != [])
    }

    @Test("a build that publishes before it commits is noticed")
    func publishedFirst() async throws {
        var problems: [String] = []
        // Dying between the two shows it, unless nothing was to be published just then.
        for seed in stride(from: UInt64(2), through: 10, by: 2) where problems.isEmpty {
            problems = try await Round(Plan(seed: seed, place: "before-commit"), breakage: "publish-first").run()
                .problems
        }
        #expect(problems != [])
    }

    @Test("the same seed gives the same plan, and another another")
    func plans() {
        #expect((0..<16).filter { Plan(seed: $0).isHostile } == [6, 7, 14, 15])
        #expect(Plan(seed: 8).lines == Plan(seed: 8).lines)
        #expect(Plan(seed: 8).deaths == Plan(seed: 8).deaths)
        #expect(Plan(seed: 8).faults.map(\.fault) == Plan(seed: 8).faults.map(\.fault))
        #expect(Plan(seed: 8).lines != Plan(seed: 18).lines)
    }
}
