/// streamllm-web, put together from its parts.
import Common
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import Monitoring
import NIOCore
import NIOPosix
import ServiceLifecycle
import Synchronization
import ZeroMQ

/// Builds the services of the page's server and runs them until it is stopped.
package struct PageServer {
    private let options: PageOptions
    private let logger: Logger

    package init(_ options: PageOptions, logger: Logger) {
        self.options = options
        self.logger = logger
    }

    /// - Parameter others: services that run beside the page's own.
    /// - Throws: ``ExitStatus`` when the address or a file can't be used; `ZMQError` when an endpoint can't be understood.
    package func run(beside others: [any Service] = []) async throws {
        let secrets = try Secrets.kept(for: options.listen, tokenFile: options.tokenFile, in: keepingFolder)
        let composing = try options.composeFile.map { path throws(ExitStatus) in try ComposeFile(path) }
        let board = Board(
            zip(options.endpoints, options.feedbackEndpoints).map {
                Board.Place(endpoint: $0, takesFeedback: $1 != nil)
            }, run: UUID().uuidString)
        let stages = Stages()
        let submitters = try options.feedbackEndpoints.map { endpoint in
            try endpoint.map { try Submitter($0, keys: options.keys, stages: stages) }
        }
        let monitor = PageMonitor(board: board, workspaces: options.endpoints)
        let manager = ServiceManager()
        var services: [any Service] = [
            try HealthService(
                stages, manager: manager, idleStatus: status, isReady: { monitor.isListening.load(ordering: .relaxed) },
                liveness: monitor.liveness, logger: logger)
        ]
        if let address = options.monitor {
            services.append(MonitorService(address, monitor.page(at: address), logger: logger))
        }
        services.append(PulseService(board: board))
        for (index, endpoint) in options.endpoints.enumerated() {
            services.append(
                try WorkspaceIntake(
                    endpoint, at: index, board: board, figures: monitor.figures[index], keys: options.keys,
                    stages: stages, logger: logger))
        }
        if !options.inputEndpoints.isEmpty {
            services.append(
                try InputIntake(options.inputEndpoints, board: board, keys: options.keys, stages: stages))
        }
        services += submitters.compactMap(\.self)
        services.append(try makeHTTP(board, secrets, submitters, composing, monitor, manager))
        try await Program.serve(services + others, main: nil, listens: true, logger: logger)
    }

    /// With a port of the system's choice, the address is another one each time.
    private var keepingFolder: String? {
        if case .port(_, 0) = options.listen { return nil }
        return options.stateDirectory
    }

    /// What the service manager says of it.
    private var status: String { "Page on \(options.listen)" }

    private func makeHTTP(
        _ board: Board, _ secrets: Secrets, _ submitters: [Submitter?], _ composing: ComposeFile?,
        _ monitor: PageMonitor, _ manager: ServiceManager
    ) throws -> HTTPService {
        let guardian = GuardBox(guardian(secrets, port: 0))
        let responder = PageResponder(
            board: board, submitters: submitters, composing: composing,
            older: try OlderRecords(options.endpoints, keys: options.keys),
            guardian: guardian, counts: monitor.counts)
        return HTTPService(
            address: options.listen, responder: responder, logger: logger,
            onBound: { [self] port in
                guardian.set(self.guardian(secrets, port: port))
                let address = PageAddress(options.listen, port: port, token: secrets.token)
                // Where nobody reads it, it isn't needed.
                try? FileHandle.standardOutput.write(contentsOf: Data("Open \(address.url)\n".utf8))
                monitor.isListening.store(true, ordering: .relaxed)
                manager.ready(status)
                if options.opensBrowser { address.openInBrowser(in: options.stateDirectory, logger) }
            })
    }

    private func guardian(_ secrets: Secrets, port: Int) -> Guard {
        Guard(
            hosts: Guard.hosts(of: options.listen, port: port, besides: options.allowedHosts), secrets: secrets,
            port: port)
    }
}
