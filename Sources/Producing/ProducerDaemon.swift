/// streamllm-producer, put together from its parts.
import Common
import Logging
import Monitoring
import ServiceLifecycle

/// Builds the producer's services and runs them until the stream has ended and everybody has it, or it is stopped.
package struct ProducerDaemon {
    private let options: BroadcastOptions
    private let logger: Logger

    package init(_ options: BroadcastOptions, logger: Logger) {
        self.options = options
        self.logger = logger
    }

    /// - Parameter others: services that run beside the daemon's own.
    /// - Throws: ``ExitStatus`` when the input can't be read; `ZMQError` when a socket fails.
    package func run(beside others: [any Service] = []) async throws {
        let stages = Stages()
        let liveness = Liveness()
        let board = BroadcastBoard(nil)
        let manager = ServiceManager()
        var services: [any Service] = [
            try HealthService(
                stages, manager: manager, idleStatus: BroadcastService.status(options),
                isReady: { board.reading != nil }, liveness: liveness, logger: logger)
        ]
        if let address = options.monitor {
            let page = MonitorPage(
                "producer", isLocal: address.isLocal, registry: Registry([:]), liveness: liveness,
                readiness: { .init(unready: board.reading == nil ? ["nothing is published yet"] : []) },
                collect: { board.reading.map(ProducerMetrics.samples) ?? [] })
            services.append(MonitorService(address, page, logger: logger))
        }
        try await Program.serve(
            services + others,
            main: BroadcastService(options, manager: manager, board: board, stages: stages, logger: logger),
            listens: true, logger: logger)
    }
}
