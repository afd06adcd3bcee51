/// The thread that owns the results socket.
import Access
import Bytes
import Common
import Feed
import Logging
import ServiceLifecycle
import Threads
import ZeroMQ

/// Takes results of windows from whoever cuts them, hands them to the pipeline, and acknowledges them once they are durable.
struct ResultsService: Service {
    /// So many requests are under way: each client has one out at a time.
    private static let mostUnderWay = 256
    /// So long those under way are waited for at the end. Whoever gets no answer by then gives the same again.
    private static let timeToFinish = Duration.seconds(1)

    private let endpoint: String
    private let keys: Keyring?
    private let hash: KeyedHash
    private let queue: BoundedQueue<PipelineInput>
    private let receipts: BoundedQueue<UInt64>
    private let stop: StopSignal
    private let readiness: Readiness
    private let progress: StageProgress
    private let logger: Logger

    /// - Parameters:
    ///   - endpoint: where results come in.
    ///   - queue: where they go.
    ///   - receipts: the numbers of those that are durable; it wakes this thread.
    ///   - identity: the daemon's, which nobody else knows.
    init(
        _ endpoint: String, keys: Keyring?, queue: BoundedQueue<PipelineInput>,
        receipts: BoundedQueue<UInt64>, identity: [UInt8], readiness: Readiness, logger: Logger
    ) {
        self.endpoint = endpoint
        self.keys = keys
        self.queue = queue
        self.receipts = receipts
        hash = KeyedHash(key: identity)
        stop = StopSignal(wakeup: receipts.wakeup)
        self.readiness = readiness
        progress = readiness.stages.stage("results")
        self.logger = logger
    }

    func run() async throws {
        defer {
            queue.close()
            progress.end()
        }
        try await onOwnThread("results", until: stop, onShutdown: { [readiness] in readiness.manager.stopping() }) {
            [self] in try serve()
        }
    }

    private func serve() throws {
        let socket = try DeskSocket(
            endpoint, as: .results, keys: keys, wakeup: receipts.wakeup, FeedSocket.results)
        logger.info("Taking results of windows on \(socket.endpoint)")
        readiness.isUp(.intake)
        var desk = ResultsDesk()
        var peers = PeerLog(logger)
        defer { peers.sayWhatWasLeftOut() }
        let patience = min(1000, max(1, (readiness.manager.watchdogInterval?.milliseconds ?? 1000) / 4))
        var end: ContinuousClock.Instant?
        while true {
            if stop.isSet && end == nil {
                // What has been taken is dealt with; nothing more is.
                end = .now + Self.timeToFinish
                queue.close()
            }
            if let end, !desk.isBusy || .now >= end { return }
            let isHeard = end == nil && !queue.isFull && desk.underWay < Self.mostUnderWay
            if isHeard { progress.note() } else { progress.waiting(for: .room) }
            for notice in try socket.admit() { logger.log(level: notice.isNews ? .info : .warning, "\(notice)") }
            var hasCome = false
            if isHeard, let message = try socket.request() {
                hasCome = true
                switch desk.came(message.frames, from: message.client, hash) {
                case .take(let batch): queue.push(.results(batch), weight: batch.size + 1)
                case .answer(let answer, let reason):
                    peers.log(.error, "Results aren't taken: \(reason)", about: [:])
                    try socket.answer(answer.frames, to: message.client)
                case .nothing: break
                }
            }
            for number in receipts.takeAll() {
                if let (answer, client) = desk.isDurable(number) { try socket.answer(answer.frames, to: client) }
            }
            if hasCome { continue }
            try socket.wait(milliseconds: end == nil ? patience : 20, isHeard: isHeard)
            receipts.wakeup.clear()
        }
    }
}
