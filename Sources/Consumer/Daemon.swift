/// The daemon, put together from its parts.
import AsyncHTTPClient
import Common
import Feed
import Logging
import ServiceLifecycle

/// Builds the consumer's services and runs them until it is stopped, or done.
struct Daemon {
    private let options: ConsumerOptions
    private let logger: Logger

    init(_ options: ConsumerOptions, logger: Logger) {
        self.options = options
        self.logger = logger
    }

    /// - Throws: the first error that stops a part.
    func run() async throws {
        let http = OllamaClient.makeHTTPClient(options.ollama)
        let result = await Result { try await runServices(http) }
        try? await http.shutdown()
        try result.get()
    }

    private func runServices(_ http: HTTPClient) async throws {
        let readiness = Readiness()
        let deliveries = BoundedQueue<Delivery>(limit: IntakeService.queueLimit, wakeup: try Wakeup())
        // Acknowledgements wake the same thread.
        let acknowledgements = BoundedQueue<String>(limit: .max, wakeup: deliveries.wakeup)
        let outputQueue = BoundedQueue<OutputItem>(limit: OutputService.queueLimit, wakeup: try Wakeup())
        let released = BoundedQueue<Void>(limit: .max, wakeup: try Wakeup())
        let completion = BoundedQueue<Void>(limit: .max, wakeup: try Wakeup())
        let console =
            options.console == .none
            ? nil : BoundedQueue<[UInt8]>(limit: ConsoleService.queueLimit, wakeup: try Wakeup())
        let workspace = Workspace(
            output: outputQueue, console: console, format: options.console, completion: completion)
        let stage = makeResponder(http).map { ModelStage(options, responder: $0, workspace: workspace) }

        // Stopped in the reverse order: first no more comes in, last what is out is shown.
        var services: [any Service] = []
        if let console { services.append(ConsoleService(queue: console, logger: logger)) }
        services.append(
            OutputService(options, queue: outputQueue, released: released, readiness: readiness, logger: logger))
        if let stage { services.append(stage) }
        services.append(
            try PipelineService(
                options, queue: deliveries, acknowledgements: acknowledgements, stage: stage, workspace: workspace,
                logger: logger))
        services.append(
            IntakeService(
                options, queue: deliveries, acknowledgements: acknowledgements, readiness: readiness, logger: logger))
        let completionService =
            options.exitOnEnd
            ? CompletionService(completion: completion, output: outputQueue, released: released) : nil
        try await Program.serve(services, main: completionService, logger: logger)
        let counts = await workspace.counts
        logger.info("Done: \(counts)")
    }

    private func makeResponder(_ http: HTTPClient) -> (any Responder)? {
        switch options.responder {
        case .none: nil
        case .fallback: FallbackResponder()
        case .ollama: OllamaResponder(options.ollama, http: http, logger: logger)
        }
    }
}

extension Result where Failure == any Error {
    /// The result of an asynchronous call.
    fileprivate init(_ body: () async throws -> Success) async {
        do { self = .success(try await body()) } catch { self = .failure(error) }
    }
}
