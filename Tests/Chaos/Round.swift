/// One round: a run without faults, a run with them, and the comparison.
import Foundation
import OllamaStub
import TestSupport

struct Round: Sendable {
    private let plan: Plan
    private let breakage: String?
    private let setup: Setup
    private let input: String

    /// After the last fault everything has so long to come out; a round that takes longer hangs. A build that is broken on
    /// purpose needn't be waited for as long.
    private var patience: Duration { breakage == nil ? .seconds(60) : .seconds(15) }

    init(_ plan: Plan, breakage: String? = nil) throws {
        self.plan = plan
        self.breakage = breakage
        setup = try Setup()
        input = try setup.folder.write("input.jsonl", plan.lines.map { $0 + "\n" }.joined())
    }

    func run() async throws -> Report {
        let checker = Checker(
            expected: try await undisturbed(), lineCount: plan.lines.count, asksModel: plan.asksModel)
        let disk = try await SmallDisk(setup.folder.file("state"))
        let result = await Result { try await disturbed(checker, disk) }
        disk.clear()
        try await disk.unmount()
        return try result.get()
    }

    /// The entries of a run in which nothing happens.
    private func undisturbed() async throws -> [Entry] {
        let consumer = try setup.consumer(
            plan.options + ["--ephemeral", "--exit-on-end", "--console", "json", "--responder", "none"])
        let producer = try setup.producer(input, "--stream-id", "chats")
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
        let programs = try start(port: port, disk)
        async let stubCode = programs.stub?.run()
        async let producerCode = programs.producer.run()
        async let consumerCode = programs.consumer.run()

        await inflict(programs, disk, &report)
        let hung = await hangs(programs.subscriber)
        if hung { report.problems.append("not everything came out within \(patience) of the last fault") }
        await programs.stub?.stop()
        _ = try await stubCode
        if hung {
            await programs.producer.stop()
            await programs.consumer.stop()
        } else {
            await programs.consumer.end(sign: "Publishing entries")
        }
        let codes = (try await producerCode, try await consumerCode)
        // The consumer may have reached a place where it was to die once more.
        let isKilled = codes.1 == -SIGKILL
        if !hung && (codes.0 != 0 || codes.1 != 0 && !isKilled) {
            report.problems.append("exit codes: producer \(codes.0), consumer \(codes.1)")
        }
        let received = try Entry.all(programs.subscriber)
        report.entries = received.filter(\.isWindow).count
        report.setAside = received.count - report.entries
        report.problems += checker.problems(in: received).prefix(10)
        if !hung && !isKilled {
            report.problems += await Summary.problems(in: programs.consumer.program?.errorText ?? "")
        }
        report.kills = await programs.consumer.kills + programs.producer.kills + (programs.stub?.kills ?? 1) - 1
        if !report.problems.isEmpty {
            report.problems.append("the consumer's last words: \(await lastWords(programs))")
        }
        return report
    }

    private func lastWords(_ programs: Programs) async -> String {
        let said = await programs.consumer.said + (programs.consumer.program?.errorText ?? "")
        return said.split(separator: "\n").suffix(30).joined(separator: "\n        ")
    }

    private func start(port: Int, _ disk: SmallDisk) throws -> Programs {
        let (plan, setup, input, breakage) = (plan, setup, input, breakage)
        let stub = Keeper { _ in
            // A port whose process has just died may not be free at once.
            let program = try RunningProgram("Chaos", ["stub", "--port", "\(port)"])
            try? await program.wait(.output, for: "Listening")
            return program
        }
        return Programs(
            producer: Keeper { _ in
                try setup.producer(input, "--stream-id", "chats", "--linger", "60", speed: Plan.speed)
            },
            // 74: the disk was full when it started.
            consumer: Keeper(isDeath: { $0 == -SIGKILL || $0 == 74 }) { life in
                try setup.consumer(
                    plan.options + ["--console", "none", "--state-dir", disk.path],
                    environment: [
                        "STREAMLLM_DIE_AT": life < plan.deaths.count ? plan.deaths[life] : "",
                        "STREAMLLM_BREAK": breakage ?? "", "OLLAMA_BASE_URL": "http://127.0.0.1:\(port)",
                        "QUEN_MODEL_NAME": "qwen:32b",
                    ])
            },
            stub: plan.asksModel ? stub : nil,
            subscriber: try setup.subscriber("--format", "json", "--exit-on-end"))
    }

    private func inflict(_ programs: Programs, _ disk: SmallDisk, _ report: inout Report) async {
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

    /// Waits until the subscriber has everything, and leaves.
    private func hangs(_ subscriber: RunningProgram) async -> Bool {
        await withTaskGroup(of: Bool.self) { group in
            group.addTask { await subscriber.exit() != 0 }
            group.addTask {
                try? await Task.sleep(for: patience)
                return true
            }
            defer { group.cancelAll() }
            return await group.next() ?? true
        }
    }
}

extension Result where Failure == any Error {
    /// The result of an asynchronous call.
    fileprivate init(_ body: () async throws -> Success) async {
        do { self = .success(try await body()) } catch { self = .failure(error) }
    }
}
