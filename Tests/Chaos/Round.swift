/// One round: a run without faults, a run with them, and the comparison.
import Common
import Foundation
import TestSupport

struct Round: Sendable {
    private let plan: Plan
    private let breakage: String?
    /// A folder for what the programs have said, where something was wrong; nil: it isn't kept.
    private let logs: String?
    private let setup: Setup
    private let input: String

    /// After the last fault everything has so long to come out; a round that takes longer hangs. A build that is broken on
    /// purpose needn't be waited for as long.
    private var patience: Duration { breakage == nil ? .seconds(60) : .seconds(15) }

    /// Seconds that a producer waits for a consumer that has been killed.
    private var linger: Int { breakage == nil ? 60 : 10 }

    init(_ plan: Plan, breakage: String? = nil, logs: String? = nil) throws {
        self.plan = plan
        self.logs = logs
        self.breakage = breakage
        setup = try Setup()
        input = try setup.folder.write("input.jsonl", plan.lines.map { $0 + "\n" }.joined())
    }

    func run() async throws -> Report {
        let checker = Checker(
            expected: try await undisturbed(), lineCount: plan.lines.count, asksModel: plan.asksModel,
            stream: plan.isHostile ? Plan.stream : nil)
        let disk = try await SmallDisk(setup.folder.file("state"))
        let result = await Result { try await disturbed(checker, disk) }
        disk.clear()
        try await disk.unmount()
        return try result.get()
    }

    /// The entries of a run in which nothing happens.
    private func undisturbed() async throws -> [Entry] {
        let consumer = try await setup.consumer(
            plan.options + ["--ephemeral", "--exit-on-end", "--console", "json", "--responder", "none"])
        let producer = try await setup.producer(input, "--stream-id", Plan.stream)
        _ = await producer.exit()
        _ = await consumer.exit()
        return try Entry.all(consumer)
    }

    // MARK: With faults

    private struct Programs {
        let producer: Keeper
        let consumer: Keeper
        let stub: Keeper?
        let subscriber: RunningProgram
        /// What the subscriber gets.
        let received: Tally<Received>
        let strangers: Strangers?
        let feedback: FeedbackSender

        func signal(_ program: Plan.Program, _ number: Int32) async {
            switch program {
            case .producer: await producer.signal(number)
            case .consumer: await consumer.signal(number)
            case .stub: await stub?.signal(number)
            case .subscriber: subscriber.signal(number)
            }
        }

        func processID(of program: Plan.Program) async -> Int32? {
            switch program {
            case .producer: await producer.program?.processID
            case .consumer: await consumer.program?.processID
            case .stub: await stub?.program?.processID
            case .subscriber: subscriber.processID
            }
        }
    }

    private func disturbed(_ checker: Checker, _ disk: SmallDisk) async throws -> Report {
        var report = Report()
        let port = freeEndpoint().split(separator: ":").last.flatMap { Int($0) } ?? 0
        let programs = try await start(port: port, disk)
        async let stubCode = programs.stub?.run()
        async let producerCode = programs.producer.run()
        async let consumerCode = programs.consumer.run()
        async let feedback = programs.feedback.run()

        let known = Task { await tellStrangers(programs) }
        await inflict(programs, disk, &report)
        let trouble = await waitForAll(of: programs, wanting: checker.expected.count)
        let hung = trouble != nil
        known.cancel()
        if let trouble { report.problems.append(trouble) }
        programs.feedback.stop()
        let said = await feedback
        await programs.stub?.stop()
        _ = try await stubCode
        if hung {
            await programs.producer.stop()
            await programs.consumer.stop()
        } else {
            await programs.consumer.end(sign: "Publishing entries")
        }
        let timeout = Task {
            try await Task.sleep(for: .seconds(linger + 30))
            await programs.consumer.stop()
            await programs.producer.stop()
        }
        let consumerEnd = try await consumerCode
        // Hostile followers that haven't said that they have everything would be waited for.
        if plan.isHostile { await programs.producer.end(sign: "Publishing ") }
        let codes = (try await producerCode, consumerEnd)
        timeout.cancel()
        if (try? await timeout.value) != nil { report.problems.append("not everybody left when told") }
        if plan.isHostile { programs.subscriber.signal(SIGTERM) }
        let subscriberEnd = await programs.subscriber.exit(within: patience)
        if !hung && subscriberEnd != 0 { report.problems.append("the subscriber ended with \(subscriberEnd)") }
        // The consumer may have reached a place where it was to die once more.
        let isKilled = codes.1 == -SIGKILL
        if !hung && (codes.0 != 0 || codes.1 != 0 && !isKilled) {
            report.problems.append("exit codes: producer \(codes.0), consumer \(codes.1)")
        }
        note(programs.received.value, checker, &report)
        report.feedback = said.accepted.count
        report.problems += Checker.problems(in: programs.received.value.entries, said).prefix(10)
        if !hung && !isKilled {
            report.problems += await Summary.problems(
                in: programs.consumer.program?.errorText ?? "", mayLose: plan.isHostile)
        }
        await programs.strangers?.leave(consumerSaid: log(of: programs.consumer), &report)
        report.kills = await programs.consumer.kills + programs.producer.kills + (programs.stub?.kills ?? 1) - 1
        if !report.problems.isEmpty {
            try await keepLogs(programs)
            report.problems.append("the consumer's last words: \(await lastWords(programs.consumer))")
        }
        return report
    }

    private func note(_ received: Received, _ checker: Checker, _ report: inout Report) {
        let records = received.entries.filter { !$0.isFeedback }
        let entries = plan.isHostile ? records.filter { $0.isOf(Plan.stream) } : records
        report.entries = entries.filter(\.isWindow).count
        report.setAside = entries.count - report.entries
        report.ofStrangers = records.count - entries.count
        report.problems += received.problems.prefix(10) + checker.problems(in: received.entries).prefix(10)
    }

    /// Waits for the first honest record: what it came of is committed, and with it that there is the honest stream.
    private func tellStrangers(_ programs: Programs) async {
        guard let strangers = programs.strangers else { return }
        await programs.received.wait { $0.honest > 0 }
        guard !Task.isCancelled else { return }
        strangers.honestIsKnown()
    }

    /// What a program has said in all its lives.
    private func log(of keeper: Keeper) async -> String { await keeper.said + (keeper.program?.errorText ?? "") }

    private func lastWords(_ keeper: Keeper) async -> String {
        await log(of: keeper).split(separator: "\n").suffix(30).joined(separator: "\n        ")
    }

    /// Keeps what everybody has said.
    private func keepLogs(_ programs: Programs) async throws {
        guard let logs else { return }
        try FileManager.default.createDirectory(atPath: logs, withIntermediateDirectories: true)
        for (name, text) in [
            ("producer", await log(of: programs.producer)), ("consumer", await log(of: programs.consumer)),
            ("subscriber", programs.subscriber.errorText),
        ] {
            try Data(text.utf8).write(to: URL(fileURLWithPath: "\(logs)/\(plan.seed)-\(name).log"))
        }
    }

    private func start(port: Int, _ disk: SmallDisk) async throws -> Programs {
        let (plan, setup, input, breakage, linger) = (plan, setup, input, breakage, linger)
        let stub = Keeper { _ in
            // A port whose process has just died may not be free at once.
            let program = try await RunningProgram("Chaos", ["stub", "--port", "\(port)"])
            try? await program.wait(.output, for: "Listening")
            return program
        }
        let received = Tally(Received()) { $0.take($1) }
        return Programs(
            producer: Keeper { _ in
                try await setup.producer(
                    input, "--stream-id", Plan.stream, "--linger", "\(linger)", speed: Plan.speed)
            },
            // 74: the disk was full when it started.
            consumer: Keeper(isDeath: { $0 == -SIGKILL || $0 == 74 }) { life in
                try await setup.consumer(
                    plan.options + ["--console", "none", "--state-dir", disk.path]
                        + ["--feedback-endpoint", setup.folder.endpoint("feedback")]
                        + (plan.isHostile ? Strangers.consumerOptions(setup) : []),
                    environment: [
                        "STREAMLLM_DIE_AT": life < plan.deaths.count ? plan.deaths[life] : "",
                        "STREAMLLM_BREAK": breakage ?? "", "OLLAMA_BASE_URL": "http://127.0.0.1:\(port)",
                        "QUEN_MODEL_NAME": "qwen:32b",
                    ])
            },
            stub: plan.asksModel ? stub : nil,
            // Streams of strangers don't end: then it doesn't leave by itself.
            subscriber: try await setup.subscriber(["--format", "json", "--exit-on-end"], takingOutput: received.take),
            received: received, strangers: plan.isHostile ? try await Strangers(setup, seed: plan.seed) : nil,
            feedback: FeedbackSender(setup.folder.endpoint("feedback"), about: received, seed: plan.seed))
    }

    private func inflict(_ programs: Programs, _ disk: SmallDisk, _ report: inout Report) async {
        // These times are what is tried, and no waiting for something: a fault may hit at any moment.
        for (delay, fault) in plan.faults {
            try? await Task.sleep(for: .milliseconds(delay))
            switch fault {
            case .kill(let program): await programs.signal(program, SIGKILL)
            case .stop(let program, let milliseconds):
                report.others += 1
                await programs.signal(program, SIGSTOP)
                try? await Task.sleep(for: .milliseconds(milliseconds))
                await programs.signal(program, SIGCONT)
            case .cut(let program):
                report.others += 1
                if let process = await programs.processID(of: program) { report.cuts += ConnectionCutter.cut(process) }
            case .fillDisk(let milliseconds):
                guard disk.canBeFilled else { continue }
                report.others += 1
                disk.fill()
                try? await Task.sleep(for: .milliseconds(milliseconds))
                disk.clear()
            }
        }
    }

    /// Waits until the subscriber has everything. Where all streams end it leaves then, or has more than it should have.
    ///
    /// - Returns: what kept it from that; nil: nothing did.
    private func waitForAll(of programs: Programs, wanting count: Int) async -> String? {
        await withTaskGroup(of: String?.self) { group in
            group.addTask {
                if plan.isHostile {
                    await programs.received.wait { $0.honest >= count }
                    return nil
                }
                let code = await programs.subscriber.exit()
                return code == 0 ? nil : "the subscriber ended with \(code)"
            }
            group.addTask {
                try? await Task.sleep(for: patience)
                return "not everything came out within \(patience) of the last fault"
            }
            let first = await group.next() ?? nil
            group.cancelAll()
            return first
        }
    }
}

extension Result where Failure == any Error {
    /// The result of an asynchronous call.
    init(_ body: () async throws -> Success) async {
        do { self = .success(try await body()) } catch { self = .failure(error) }
    }
}
