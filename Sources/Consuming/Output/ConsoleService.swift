/// What standard output shows.
import Feed
import Logging
import ServiceLifecycle
import Terminal

/// A subscriber of this daemon's own workspace, like any other: a terminal that is stopped holds nothing up. It begins with
/// the first record of this process.
struct ConsoleService: Service {
    private let format: ConsumerOptions.Console
    private let start: Start
    private let endpoint: Bound
    private let last: @Sendable () -> UInt64
    private let logger: Logger

    /// - Parameters:
    ///   - endpoint: where entries are published, once that is known.
    ///   - last: the number behind the last record that goes out. All of them are shown before a stop, if they are taken.
    init(
        _ format: ConsumerOptions.Console, from first: UInt64, at endpoint: Bound,
        upTo last: @escaping @Sendable () -> UInt64, logger: Logger
    ) {
        self.format = format
        start = .sequence(first)
        self.endpoint = endpoint
        self.last = last
        self.logger = logger
    }

    func run() async throws {
        if let endpoint = await endpoint.value {
            let options = ShowOptions(
                endpoints: [endpoint], start: start, isJSON: format == .json, unfinished: .status)
            let end = try await WorkspaceShow(options, upTo: last, logger: logger).run().end
            if end == .notRead {
                logger.warning("Nobody reads standard output any more: nothing will be printed there")
            }
        }
        // The group wants its services to end in its own order.
        try? await gracefulShutdown()
    }
}
