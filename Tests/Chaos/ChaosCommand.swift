/// The command line of the chaos harness.
import ArgumentParser
import Foundation
import OllamaStub

@main
struct ChaosCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "chaos",
        abstract: "Runs the programs under random faults, and compares what comes out with a run without any.",
        subcommands: [Rounds.self, Stub.self, HostilePublisher.self, HostileSubscriber.self],
        defaultSubcommand: Rounds.self)
}

struct Rounds: AsyncParsableCommand {
    @Option(help: "Rounds to run.")
    var rounds = 10

    @Option(help: "Rounds at a time.")
    var jobs = 4

    @Option(help: "Seed of the first round; each has the next one (default: a random one).")
    var seed: UInt64?

    @Option(help: "A folder for what the programs of failed rounds have said (default: it isn't kept).")
    var logs: String?

    @Flag(help: "Then also faults that last a minute, at 3,000 messages a second.")
    var long = false

    @Option(help: "Break the consumer on purpose: skip-commit or publish-first.")
    var breakage: String?

    func validate() throws {
        guard rounds >= 0, jobs >= 1 else {
            throw ValidationError("--rounds can't be negative, and --jobs must be 1 or more")
        }
    }

    func run() async throws {
        let failed = try await runRounds() + (long ? try await runLong() : [])
        guard failed.isEmpty else {
            print("Failed: \(failed.joined(separator: ", "))")
            throw ExitCode(1)
        }
    }

    /// - Returns: what has failed.
    private func runRounds() async throws -> [String] {
        guard rounds > 0 else { return [] }
        let first = seed ?? UInt64.random(in: 1...1_000_000)
        print("\(rounds) rounds, seeds \(first) to \(first + UInt64(rounds) - 1)")
        var sum = Report()
        var failed: [String] = []
        // Rounds mostly wait, so several run at a time.
        try await withThrowingTaskGroup(of: (UInt64, Report).self) { group in
            var next = first
            func begin() throws {
                let round = try Round(Plan(seed: next), breakage: breakage, logs: logs)
                let seed = next
                group.addTask { (seed, try await round.run()) }
                next += 1
            }
            for _ in 0..<min(jobs, rounds) { try begin() }
            while let (seed, report) = try await group.next() {
                print("\(seed): \(Plan(seed: seed).summary): \(report)")
                for problem in report.problems { print("    \(problem)") }
                fflush(nil)
                if !report.problems.isEmpty { failed.append("round \(seed) (again with --rounds 1 --seed \(seed))") }
                sum += report
                if next < first + UInt64(rounds) { try begin() }
            }
        }
        print("All: \(sum)")
        return failed
    }

    /// One after the other: they need the machine for themselves.
    ///
    /// - Returns: what has failed.
    private func runLong() async throws -> [String] {
        var failed: [String] = []
        for fault in LongRound.Fault.allCases {
            let schedule = LongRound.Schedule.minute
            print("\(fault.rawValue) for \(schedule.fault) s, at \(LongInput.perSecond) messages a second:")
            fflush(nil)
            let report = try await LongRound(fault, schedule).run()
            print("    \(report)")
            for problem in report.problems { print("    \(problem)") }
            fflush(nil)
            if !report.problems.isEmpty { failed.append(fault.rawValue) }
        }
        return failed
    }
}

/// A model's server in a process of its own, that can be killed.
struct Stub: AsyncParsableCommand {
    @Option var port: Int

    func run() async throws {
        let stub = try await OllamaStub.start(
            Behaviour { _ in
                [.drip(interval: .milliseconds(2)), .token("This "), .token("is "), .token("good."), .done()]
            }, port: port)
        print("Listening on \(stub.port)")
        fflush(nil)
        // Until it is killed.
        try await Task.sleep(for: .seconds(3600))
    }
}
