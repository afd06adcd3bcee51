/// The thread that owns the input sockets.
import Common
import Feed
import Logging
import Outbox
import ServiceLifecycle
import Threads
import ZeroMQ

/// Follows the input endpoints and queues what arrives, in batches. When the queue stays full it passes over what arrives,
/// and replay makes up for it.
struct IntakeService: Service {
    private let options: ConsumerOptions
    private let queue: BoundedQueue<PipelineInput>
    private let acknowledgements: BoundedQueue<String>
    private let start: Recovered
    private let board: Noticeboard<FollowingFigures>
    private let stop: StopSignal
    private let readiness: Readiness
    private let progress: StageProgress
    private let logger: Logger

    /// Deliveries wait in the queue up to this size, in bytes: enough to keep the engine busy while the next batch is
    /// fetched, little enough not to matter.
    static let queueLimit = 4 << 20

    /// - Parameters:
    ///   - queue: where deliveries go.
    ///   - acknowledgements: streams whose end has been dealt with.
    ///   - start: how far streams have been taken by another process.
    ///   - board: told how it gets on.
    init(
        _ options: ConsumerOptions, queue: BoundedQueue<PipelineInput>, acknowledgements: BoundedQueue<String>,
        from start: Recovered, board: Noticeboard<FollowingFigures>, readiness: Readiness, logger: Logger
    ) {
        self.board = board
        self.start = start
        self.options = options
        self.queue = queue
        self.acknowledgements = acknowledgements
        stop = StopSignal(wakeup: queue.wakeup)
        self.readiness = readiness
        progress = readiness.stages.stage("intake")
        self.logger = logger
    }

    func run() async throws {
        defer {
            queue.close()
            progress.end()
        }
        try await onOwnThread("intake", until: stop, onShutdown: { [readiness] in readiness.manager.stopping() }) {
            [self] in try follow()
        }
    }

    private func follow() throws {
        let follower = try Follower(
            endpoints: options.inputEndpoints, from: options.start, resuming: start.cursors,
            identity: start.identity, idleTimeout: options.idleTimeout, takesWorkspaces: false,
            in: FeedContext(keys: options.keys))
        logger.info("Listening to \(options.inputEndpoints.joined(separator: ", "))")
        readiness.isUp(.intake)

        var deliveries: [Delivery] = []
        var room = RoomWatch(queue, wakeup: queue.wakeup)
        // Short enough for the watchdog to see that this thread looks around.
        let patience = min(1000, max(1, (readiness.manager.watchdogInterval?.milliseconds ?? 1000) / 4))
        while !stop.isSet {
            // Waiting for slower stages is work as it should be, not a hang.
            if queue.isFull { progress.waiting(for: .room) }
            let isPaused = try room.isMissing(milliseconds: patience) { stop.isSet }
            if isPaused { progress.waiting(for: .room) } else { progress.note() }
            try follower.poll(milliseconds: patience, wakeup: queue.wakeup, isPaused: isPaused, into: &deliveries)
            if deliveries.contains(where: \.hasRecords) { FaultPoint.afterReceive.reached() }
            for delivery in deliveries { queue.push(.delivery(delivery), weight: delivery.weight) }
            deliveries.removeAll(keepingCapacity: true)
            for stream in acknowledgements.takeAll() { try follower.acknowledgeEnd(of: stream) }
            board.note(isLast: false) { follower.figures }
        }
    }
}

extension Delivery {
    fileprivate var hasRecords: Bool { if case .records = self { true } else { false } }

    /// What the delivery holds, in bytes, roughly.
    fileprivate var weight: Int {
        if case .records(let batch) = self { batch.size + batch.count } else { 64 }
    }
}
