/// Runs the broadcast as a service: on its own thread, stopped by signals, known to systemd.
import Common
import Feed
import Foundation
import Logging
import ServiceLifecycle
import Threads

struct BroadcastService: Service {
    /// libzmq tries to connect ten times a second; a follower has asked when it has been connected and has heard control.
    private static let timeToConnect = Duration.milliseconds(500)

    private let options: BroadcastOptions
    private let logger: Logger
    private let stop: StopSignal
    private let manager: ServiceManager
    private let board: BroadcastBoard
    private let progress: StageProgress

    /// - Parameters:
    ///   - board: told how far it is.
    ///   - stages: where progress is noted.
    init(
        _ options: BroadcastOptions, manager: ServiceManager, board: BroadcastBoard, stages: Stages, logger: Logger
    ) throws {
        self.options = options
        self.manager = manager
        self.board = board
        self.logger = logger
        progress = stages.stage("broadcast")
        stop = StopSignal(wakeup: try Wakeup())
    }

    /// What the service manager says of it.
    static func status(_ options: BroadcastOptions) -> String { "Publishing \(options.inputFile)" }

    func run() async throws {
        let counts = try await onOwnThread("broadcast", until: stop, onShutdown: { [manager] in manager.stopping() }) {
            [self] in try broadcast()
        }
        logger.info("Done: \(counts)")
        guard counts.hasMessages || counts.isEmpty || stop.isSet else {
            throw ExitStatus.data("Not one line of \(options.inputFile) is a message.")
        }
    }

    private func broadcast() throws -> Counts {
        let input = try InputFile.open(
            options.inputFile, follows: options.follows, keys: options.mapping.keys, wakeup: stop.wakeup, logger: logger
        )
        let publisher = try Publisher(
            endpoint: options.endpoint, replayEndpoint: options.replayEndpoint,
            stream: options.stream ?? Self.freshStreamID(),
            linger: Linger(patience: options.linger, earliest: .now + Self.timeToConnect),
            in: FeedContext(keys: options.keys))
        let pace = options.speed == 0 ? "as fast as possible" : "at \(options.speed) times its speed"
        logger.info(
            "Publishing \(options.inputFile) \(pace) on \(publisher.endpoint), replay on \(publisher.replayEndpoint), stream \(publisher.stream)"
        )
        manager.ready(Self.status(options))
        var broadcast = Broadcast(
            input, publisher: publisher, options: options, stop: stop, board: board, progress: progress, logger: logger)
        defer { progress.end() }
        let counts = try broadcast.run()
        if publisher.endedAt != nil && !publisher.hasClients {
            logger.warning(
                "Nobody has asked for this stream (is a consumer running, and connected to \(publisher.endpoint)?)")
        }
        return counts
    }

    /// A name that no other run has: when it began, and a random part.
    private static func freshStreamID() -> String {
        let seconds = Int(Date().timeIntervalSince1970)
        return "\(seconds)-" + String(UInt32.random(in: .min ... .max), radix: 36)
    }
}
