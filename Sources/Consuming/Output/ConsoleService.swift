/// What standard output shows.
import Access
import Common
import Feed
import Logging
import Outbox
import ServiceLifecycle
import Terminal

/// A subscriber of this daemon's own workspace, like any other: a terminal that is stopped holds nothing up. It begins with
/// the first record of this process.
struct ConsoleService: Service {
    private let format: ConsumerOptions.Console
    private let start: Start
    private let endpoint: Bound
    private let keys: Keyring?
    private let progress: ConsoleProgress
    private let logger: Logger

    /// - Parameters:
    ///   - endpoint: where entries are published, once that is known.
    ///   - progress: how far the output is: all of it is shown before a stop, if it is taken. Told of what has been shown.
    init(
        _ format: ConsumerOptions.Console, from first: UInt64, at endpoint: Bound, keys: Keyring?,
        progress: ConsoleProgress, logger: Logger
    ) {
        self.format = format
        start = .sequence(first)
        self.endpoint = endpoint
        self.keys = keys
        self.progress = progress
        self.logger = logger
    }

    func run() async throws {
        if let endpoint = await endpoint.value {
            let options = ShowOptions(
                endpoints: [endpoint], start: start, isJSON: format == .json, unfinished: .status,
                keys: keys?.asOwnClient)
            let show = try WorkspaceShow(
                options, upTo: { [progress] in progress.next }, onShown: { [progress] in progress.shown(upTo: $0) },
                logger: logger)
            defer { progress.end() }
            do {
                if try await show.run().end == .notRead {
                    logger.warning("Nobody reads standard output any more: nothing will be printed there")
                }
            } catch let status as ExitStatus where status.code == ExitStatus.inputOutput("").code {
                logger.warning("\(status). Nothing more will be printed there")
            }
        }
        // The group wants its services to end in its own order.
        try? await gracefulShutdown()
    }
}
