/// The thread that owns the output sockets.
import Common
import Feed
import Foundation
import Logging
import Outbox
import ServiceLifecycle
import Storage
import Synchronization
import Threads
import Traces
import ZeroMQ

/// Publishes the workspace's records and replays them to whoever asks.
struct OutputService: Service {
    /// Records wait for the thread up to this size, in bytes.
    static let queueLimit = 24 << 20
    /// A daemon that leaves by itself waits this long, from its start, for a subscriber that is started beside it.
    private static let timeToAttach = Duration.seconds(2)

    private let options: ConsumerOptions
    private let queue: BoundedQueue<OutputItem>
    private let stop: StopSignal
    private let store: Store?
    /// The number of the first record that this process publishes.
    private let firstRecord: UInt64
    private let readiness: Readiness
    private let progress: StageProgress
    private let board: Noticeboard<PublishingFigures>
    private let bound: Bound
    private let released: BoundedQueue<Void>
    /// Gets what happened to windows whose entries are out; nil: nobody wants to know.
    private let traces: TraceExporter?
    private let logger: Logger

    /// - Parameters:
    ///   - board: told who follows.
    ///   - bound: told where the output is.
    ///   - released: closed when the stream has ended and nobody needs it any more.
    init(
        _ options: ConsumerOptions, queue: BoundedQueue<OutputItem>, store: Store?, firstRecord: UInt64,
        board: Noticeboard<PublishingFigures>, bound: Bound, released: BoundedQueue<Void>,
        traces: TraceExporter? = nil, readiness: Readiness, logger: Logger
    ) {
        self.traces = traces
        self.board = board
        self.options = options
        self.queue = queue
        self.store = store
        self.firstRecord = firstRecord
        stop = StopSignal(wakeup: queue.wakeup)
        self.bound = bound
        self.released = released
        self.readiness = readiness
        progress = readiness.stages.stage("output") { !queue.isEmpty }
        self.logger = logger
    }

    func run() async throws {
        defer {
            queue.close()
            released.close()
            bound.giveUp()
            progress.end()
        }
        try await onOwnThread("output", until: stop) { [self] in try publish() }
    }

    private func publish() throws {
        let linger = Linger(
            patience: options.linger,
            company: .optional(until: .now + Self.timeToAttach, own: options.console == .none ? 0 : 1))
        let stream = store?.outputStream ?? WorkspaceName.new()
        let publisher = try Publisher(
            endpoint: options.outputEndpoint, replayEndpoint: options.outputReplayEndpoint, stream: stream,
            linger: linger, in: FeedContext(keys: options.keys))
        // Whoever names one has to show at each new connection that it has its followers' last record: nobody goes on
        // from other records than he has. The first record, which others name, isn't kept for ever.
        publisher.fingerprint = stream.utf8.withContiguousStorageIfAvailable {
            Fingerprint.of(UnsafeRawBufferPointer($0))
        }
        var log = try KeptLog(store: store, next: firstRecord, retention: options.retention)
        publisher.watch(descriptor: queue.wakeup.descriptor)
        publisher.complete = false
        logger.info("Publishing entries on \(publisher.endpoint), replay on \(publisher.replayEndpoint)")
        bound.set(publisher.endpoint)
        readiness.isUp(.output)

        var isStopping = false
        while !isStopping {
            // Looked at before the queue is emptied, so that what was queued before the stop still goes out.
            isStopping = stop.isSet
            progress.note()
            for item in queue.takeAll() { try publish(item, publisher, &log) }
            // Much may have to be forgotten, and somebody else may be writing.
            progress.waiting(for: .room)
            try log.forget()
            progress.note()
            let isServed = try publisher.serve(&log)
            for notice in publisher.takeNotices() { logger.log(level: notice.isNews ? .info : .warning, "\(notice)") }
            board.note(isLast: false) { publisher.figures }
            if publisher.isReleased { released.close() }
            if isServed && !isStopping {
                // A stream that nobody needs any more waits for nothing but the stop.
                let patience = publisher.isReleased ? 1000 : publisher.patience.milliseconds + 1
                progress.idle()
                try publisher.wait(milliseconds: patience)
                queue.wakeup.clear()
            }
        }
    }

    private func publish(_ item: OutputItem, _ publisher: Publisher, _ log: inout KeptLog) throws {
        progress.note()
        switch item {
        case .records(let block):
            FaultPoint.beforePublish.reached()
            var sequence = block.first
            try block.forEach { topic, payload in
                try publisher.publish(topic: topic, payload: payload, sequence: sequence)
                sequence += 1
            }
            FaultPoint.afterPublish.reached()
            log.append(block)
            if let trace = block.trace { traces?.submit(WindowSpans.spans(of: trace)) }
        case .unkept(let topic, let payload): try publisher.publish(topic: topic, unkept: payload)
        case .complete(let isComplete): publisher.complete = isComplete
        case .end: publisher.end()
        }
    }
}
