/// One fault that lasts, while messages come at full rate.
import Foundation
import TestSupport

/// A producer, a consumer and a subscriber; one thing that doesn't work for a minute; and then everything must have come,
/// once and in order, in bounded memory.
struct LongRound: Sendable {
    enum Fault: String, CaseIterable, Sendable {
        /// Nobody reads what the consumer prints, nor what a subscriber of the producer's feed prints.
        case unreadOutput = "standard output isn't read"
        /// The consumer's disk is full.
        case fullDisk = "the disk is full"
    }

    /// How long things take, in seconds.
    struct Schedule: Sendable {
        /// From the first message to the fault.
        var before: Int
        var fault: Int
        /// From the first message to the last.
        var all: Int

        static let minute = Schedule(before: 5, fault: 60, all: 100)
        static let moment = Schedule(before: 1, fault: 2, all: 4)
    }

    /// More than a program may have at any time: queues of some 60 MB, what libzmq holds, and what an allocator keeps.
    static let memoryLimit = 400 << 20
    /// What is behind has so long to come in when the last message has been published, in seconds.
    private static let patience = 150

    private let fault: Fault
    private let schedule: Schedule
    private let setup: Setup
    private let input: LongInput
    private let endpoints = (0..<4).map { _ in freeEndpoint() }

    init(_ fault: Fault, _ schedule: Schedule) throws {
        self.fault = fault
        self.schedule = schedule
        setup = try Setup()
        input = try LongInput(setup.folder, seconds: schedule.all)
    }

    func run() async throws -> LongReport {
        guard fault == .fullDisk else { return try await run(on: setup.folder.file("state"), disk: nil) }
        // The store holds all of it, and its journal and WAL some more; the rest of the disk is filled.
        let disk = try await SmallDisk(setup.folder.file("state"), size: (80 << 20) + input.bytes * 2)
        let result = await Result {
            disk.canBeFilled ? try await run(on: disk.path, disk: disk) : LongReport(isLeftOut: true)
        }
        disk.clear()
        try await disk.unmount()
        return try result.get()
    }

    private func run(on state: String, disk: SmallDisk?) async throws -> LongReport {
        let began = ContinuousClock.now
        let entries = Tally(LongEntries(of: input)) { $0.take($1) }
        let copy = Tally(try LongCopy(of: input)) { $0.take($1) }
        let isStalled = fault == .unreadOutput
        // The subscriber has the consumer's feed where that goes on; else the producer's, which does.
        let consumer = try await consumer(state, takingOutput: isStalled ? entries.take : nil)
        let subscriber = try await subscriber(of: isStalled ? 0 : 2, takingOutput: isStalled ? copy.take : entries.take)
        try await consumer.wait(.error, for: "Publishing entries")
        let producer = try await producer()
        try await producer.wait(.error, for: "Publishing ")
        let programs = ["producer": producer, "consumer": consumer, "subscriber": subscriber]
        let memory = Task { await peaks(of: programs) }
        let timeout = Task {
            try await Task.sleep(for: .seconds(schedule.all + Self.patience))
            for program in programs.values { program.signal(SIGKILL) }
        }

        // These times are what is tried: so long all is well, and so long the fault lasts.
        try await Task.sleep(for: .seconds(schedule.before))
        if isStalled { for program in [consumer, subscriber] { program.holdOutput(true) } }
        disk?.fill()
        try await Task.sleep(for: .seconds(schedule.fault))
        if isStalled { for program in [consumer, subscriber] { program.holdOutput(false) } }
        disk?.clear()

        var report = LongReport(messages: input.count)
        for (name, program) in programs.sorted(by: { $0.key < $1.key }) {
            let code = await program.exit()
            if code != 0 { report.problems.append("the \(name) ended with \(code): \(program.errorText.suffix(2000))") }
        }
        timeout.cancel()
        memory.cancel()
        report.seconds = Double((ContinuousClock.now - began).components.seconds)
        report.memory = await memory.value
        report.problems += entries.value.problemsAtEnd + Summary.problems(in: consumer.errorText)
        if isStalled { report.problems += copy.value.problemsAtEnd }
        if disk != nil && !consumer.errorText.contains("The store can be written again") {
            report.problems.append("the disk wasn't full at any time")
        }
        for (name, bytes) in report.memory where bytes > Self.memoryLimit {
            report.problems.append("the \(name) had \(bytes >> 20) MB")
        }
        return report
    }

    // MARK: Programs

    private func producer() async throws -> RunningProgram {
        try await RunningProgram(
            "streamllm-producer",
            [
                "--input-file", input.path, "--speed-factor", "\(LongInput.speed)", "--endpoint", endpoints[0],
                "--replay-endpoint", endpoints[1], "--linger", "\(Self.patience)", "--log-file", "none",
            ], folder: setup.folder)
    }

    private func consumer(
        _ state: String, takingOutput take: (@Sendable (ArraySlice<UInt8>) -> Void)?
    ) async throws -> RunningProgram {
        try await RunningProgram(
            "streamllm-consumer",
            [
                "--input-endpoint", endpoints[0], "--output-endpoint", endpoints[2], "--output-replay-endpoint",
                endpoints[3], "--state-dir", state, "--responder", "none", "--console", take == nil ? "none" : "json",
                "--exit-on-end", "--linger", "\(Self.patience)", "--log-file", "none",
            ], folder: setup.folder, takingOutput: take)
    }

    /// - Parameter index: the endpoint's.
    private func subscriber(
        of index: Int, takingOutput take: @escaping @Sendable (ArraySlice<UInt8>) -> Void
    ) async throws -> RunningProgram {
        try await RunningProgram(
            "streamllm-subscribe",
            ["--endpoint", endpoints[index], "--format", "json", "--exit-on-end", "--log-file", "none"],
            folder: setup.folder, takingOutput: take)
    }

    /// The most memory that programs have had, in bytes, as long as they run.
    private func peaks(of programs: [String: RunningProgram]) async -> [String: Int] {
        var peaks: [String: Int] = [:]
        while !Task.isCancelled {
            for (name, program) in programs { peaks[name] = program.peakMemory ?? peaks[name] }
            try? await Task.sleep(for: .milliseconds(500))
        }
        return peaks
    }
}

/// What came of a long round.
struct LongReport: Sendable, CustomStringConvertible {
    var messages = 0
    var seconds = 0.0
    /// The most that each program had, in bytes.
    var memory: [String: Int] = [:]
    /// The fault can't be had here.
    var isLeftOut = false
    var problems: [String] = []

    var description: String {
        if isLeftOut { return "left out: no disk of its own can be mounted here" }
        let memory = memory.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value >> 20) MB" }
        return "\(messages) messages in \(seconds) s, at most \(memory.joined(separator: ", ")): "
            + (problems.isEmpty ? "each once and in order" : "\(problems.count) PROBLEMS")
    }
}
