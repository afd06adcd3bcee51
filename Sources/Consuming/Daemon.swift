/// The daemon, put together from its parts.
import Answering
import AsyncHTTPClient
import Common
import Feed
import Logging
import Metrics
import Monitoring
import Outbox
import ServiceLifecycle
import Storage
import Terminal
import Threads
import Traces

/// Builds the consumer's services and runs them until it is stopped, or done.
package struct Daemon {
    private let options: ConsumerOptions
    private let logger: Logger

    package init(_ options: ConsumerOptions, logger: Logger) {
        self.options = options
        self.logger = logger
    }

    /// - Parameter others: makes services that run beside the daemon's own, with what changes the model; there is nothing to
    ///   change where none is asked.
    /// - Throws: the first error that stops a part.
    package func run(beside others: (ModelControl?) -> [any Service] = { _ in [] }) async throws {
        // Where no model is asked there is nothing to wait for.
        let http = options.responder.asks ? ModelHTTP.makeClient(options.model) : nil
        let result = await Result { try await runServices(http, others) }
        try? await http?.shutdown()
        try result.get()
    }

    private func runServices(
        _ http: HTTPClient?, _ others: (ModelControl?) -> [any Service]
    ) async throws {
        let masked = Noticeboard(options.model.masked)
        let fresh = Pipeline(
            policy: options.policy, endpoints: options.heardEndpoints, expectsTurns: options.responder.asks,
            masked: masked, logger: logger)
        // Held, and with it the lock, until everything has ended.
        let directory = try options.stateDirectory.map { path throws(ExitStatus) in try StateDirectory(path) }
        defer { withExtendedLifetime(directory) {} }
        let (store, recovered) =
            if let directory { try await open(directory, fresh) } else { (nil as Store?, Recovered(fresh)) }
        defer { store?.close() }

        let readiness = Readiness()
        let deliveries = BoundedQueue<PipelineInput>(limit: IntakeService.queueLimit, wakeup: try Wakeup())
        let commits = BoundedQueue<Commit>(limit: CommitService.queueLimit, wakeup: try Wakeup())
        let released = BoundedQueue<Void>(limit: .max, wakeup: try Wakeup())
        let outlets = CommitService.Outlets(
            output: BoundedQueue(limit: OutputService.queueLimit, wakeup: try Wakeup()),
            console: makeConsole(from: recovered.nextRecord, isKept: store != nil),
            backlog: try Backlog(store: store),
            // Acknowledgements wake the intake's thread.
            acknowledgements: BoundedQueue(limit: .max, wakeup: deliveries.wakeup),
            completion: BoundedQueue(limit: .max, wakeup: try Wakeup()),
            feedback: try options.feedbackEndpoint.map { _ in BoundedQueue(limit: .max, wakeup: try Wakeup()) },
            // As do receipts.
            receipts: options.windowsFrom.map { _ in BoundedQueue(limit: .max, wakeup: deliveries.wakeup) })
        let stages = readiness.stages
        let boards = Boards()
        let workspace = Workspace(
            from: recovered.nextRecord, waiting: recovered.pending, inputs: recovered.pipeline.inputs,
            instantAnswer: options.responder.instantAnswer, areKept: store != nil, commits: commits, outlets: outlets,
            stages: stages)

        // Windows that another process left want an entry, whoever is asked now.
        let registry = options.monitor.map { _ in Registry(ConsumerMonitor.measured) }
        let factory: any MetricsFactory = registry ?? NOOPMetricsHandler.instance
        let responder: CurrentResponder? =
            if let http {
                CurrentResponder(responder(for: options.model, http, factory))
            } else if let answer = options.responder.instantAnswer, recovered.pending > 0 {
                CurrentResponder(InstantResponder(answer: answer))
            } else { nil }

        // Stopped in the reverse order: first no more comes in, last nothing goes out any more. Until then it is watched.
        let liveness = Liveness()
        var services: [any Service] = [
            try HealthService(
                stages, manager: readiness.manager, idleStatus: Readiness.status, isReady: { readiness.isComplete },
                liveness: liveness, logger: logger)
        ]
        if let registry, let address = options.monitor {
            let monitor = ConsumerMonitor(
                registry: registry, readiness: readiness, liveness: liveness,
                metrics: ConsumerMetrics(workspace: workspace, boards: boards, responder: responder, store: store))
            services.append(MonitorService(address, monitor.page(at: address), logger: logger))
        }
        let traces = try options.traces.map {
            try TraceExporter($0, program: "streamllm-consumer", metrics: factory, logger: logger)
        }
        if let traces { services.append(traces) }
        let bound = Bound()
        services.append(
            OutputService(
                options, queue: outlets.output, store: store, firstRecord: recovered.nextRecord,
                board: boards.output, bound: bound, released: released, traces: traces, readiness: readiness,
                logger: logger))
        if let console = outlets.console {
            services.append(
                ConsoleService(
                    options.console, from: recovered.nextRecord, at: bound, keys: options.keys, progress: console,
                    logger: logger))
        }
        services.append(
            CommitService(
                queue: commits, store: store, outlets: outlets, stages: stages, metrics: factory, logger: logger))
        if let endpoint = options.feedbackEndpoint, let news = outlets.feedback {
            services.append(
                try FeedbackService(
                    endpoint, keys: options.keys, store: store, firstRecord: recovered.nextRecord,
                    workspace: workspace, news: news, stages: stages, logger: logger))
        }
        var control: ModelControl?
        if let responder {
            let stage = ModelStage(
                options, responder: responder, workspace: workspace, backlog: outlets.backlog, masked: masked,
                stages: stages, metrics: factory, logger: logger)
            services.append(stage)
            if let http {
                control = ModelControl(options, responder, stage) { self.responder(for: $0, http, factory) }
            }
        }
        services += others(control)
        services.append(
            try PipelineService(
                options, queue: deliveries, workspace: workspace, from: recovered, board: boards.pipeline,
                stages: stages))
        services.append(
            StatusService(
                workspace: workspace, pipeline: boards.pipeline, responder: responder, output: outlets.output))
        if let endpoint = options.windowsFrom, let receipts = outlets.receipts {
            services.append(
                ResultsService(
                    endpoint, keys: options.keys, queue: deliveries, receipts: receipts,
                    identity: recovered.identity, readiness: readiness, logger: logger))
        } else {
            services.append(
                IntakeService(
                    options, queue: deliveries, acknowledgements: outlets.acknowledgements, from: recovered,
                    board: boards.intake, readiness: readiness, logger: logger))
        }
        let completionService =
            options.exitOnEnd
            ? CompletionService(completion: outlets.completion, workspace: workspace, released: released) : nil
        try await Program.serve(services, main: completionService, listens: true, logger: logger)
        let counts = await workspace.counts
        logger.info("Done: \(counts)")
        let refused = await workspace.refused
        if options.exitOnEnd, !refused.isEmpty {
            throw ExitStatus.data(
                "Streams that weren't what they had been: \(refused.sorted().joined(separator: ", ")).")
        }
    }

    /// Opens the store and goes back to where the last process stopped. A store that can't be read is set aside, and the
    /// daemon begins anew: what publishers still have comes again.
    private func open(_ directory: StateDirectory, _ fresh: Pipeline) async throws -> (Store?, Recovered) {
        do {
            do {
                return try await recoverOnceThereIsRoom(directory, fresh)
            } catch let error as StoreError where error.isDamage {
                let place = try directory.setAside()
                logger.error("The store can't be read (\(error)); it is kept as \(place), and a new one is begun")
                return try await recoverOnceThereIsRoom(directory, fresh)
            }
        } catch {
            throw ExitStatus(storeError: error, at: directory.database) ?? error
        }
    }

    /// A full disk is waited for, as later on. A signal ends the process meanwhile: nothing has begun.
    private func recoverOnceThereIsRoom(
        _ directory: StateDirectory, _ fresh: Pipeline
    ) async throws -> (Store?, Recovered) {
        var hasWaited = false
        while true {
            do {
                return try await recover(directory, fresh, isFirst: !hasWaited)
            } catch let error where directory.isFull(error) {
                if !hasWaited { logger.error("The store can't be opened: the disk is full. Waiting until it can") }
                hasWaited = true
                try await Task.sleep(for: .milliseconds(500))
            }
        }
    }

    /// - Parameter isFirst: an attempt for which there was no room leaves an empty file behind, which nothing was in.
    private func recover(
        _ directory: StateDirectory, _ fresh: Pipeline, isFirst: Bool
    ) async throws -> (Store?, Recovered) {
        if isFirst, directory.isDatabaseEmpty {
            logger.warning(
                "The store is empty: \(directory.database). If something was in it, that is gone; publishers are asked for what they have"
            )
        }
        let store = try Store(path: directory.database, synchronous: options.synchronous)
        let began = ContinuousClock.now
        let recovered = try await Recovered(from: store, into: fresh)
        if !recovered.cursors.isEmpty {
            logger.info(
                "Going on at record \(recovered.nextRecord), with \(recovered.pending) windows waiting; ran \(recovered.replayed) messages of the journal in \((ContinuousClock.now - began).milliseconds) ms"
            )
        }
        return (store, recovered)
    }

    private func makeConsole(from first: UInt64, isKept: Bool) -> ConsoleProgress? {
        if options.console == .none { return nil }
        return ConsoleProgress(
            from: first, patience: isKept ? .none : StandardOutput.isTerminal ? .whileItMoves : .unlimited)
    }

    private func responder(
        for model: ModelOptions, _ http: HTTPClient, _ metrics: any MetricsFactory
    ) -> any Responder {
        let responder = ModelResponder(model, http: http, metrics: metrics, logger: logger)
        // Numbers are looked at behind it: placeholders have some, too.
        let masked: any Responder =
            model.masked.isEmpty ? responder : MaskedResponder(responder, masking: model.masked)
        return CheckedResponder(masked, told: model.told)
    }
}

extension Result where Failure == any Error {
    /// The result of an asynchronous call.
    fileprivate init(_ body: () async throws -> Success) async {
        do { self = .success(try await body()) } catch { self = .failure(error) }
    }
}
