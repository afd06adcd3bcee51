/// The promise under random faults, and whether whoever checks it would notice.
import TestSupport
import Testing

@testable import Chaos

@Suite("Chaos", .serialized, .timeLimit(.minutes(5)))
struct ChaosTests {
    @Test("random faults: what comes out is what comes out without them", arguments: [1, 2, 5, 6] as [UInt64])
    func faults(_ seed: UInt64) async throws {
        let report = try await Round(Plan(seed: seed)).run()
        #expect(report.problems == [])
        #expect(report.kills > 0)
    }

    @Test("a build that doesn't commit is noticed")
    func skippedCommits() async throws {
        let report = try await Round(Plan(seed: 3), breakage: "skip-commit").run()
        #expect(report.problems != [])
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
        #expect(Plan(seed: 8).lines == Plan(seed: 8).lines)
        #expect(Plan(seed: 8).deaths == Plan(seed: 8).deaths)
        #expect(Plan(seed: 8).faults.map(\.fault) == Plan(seed: 8).faults.map(\.fault))
        #expect(Plan(seed: 8).lines != Plan(seed: 18).lines)
    }
}
