/// The thread that owns the results socket.
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
    private let context: FeedContext
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
        _ endpoint: String, in context: FeedContext, queue: BoundedQueue<PipelineInput>,
        receipts: BoundedQueue<UInt64>, identity: [UInt8], readiness: Readiness, logger: Logger
    ) {
        self.endpoint = endpoint
        self.context = context
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
        let socket = try ResultsSocket(endpoint, in: context, wakeup: receipts.wakeup)
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
            if isHeard, let message = try socket.receive() {
                hasCome = true
                switch desk.came(message.frames, from: message.client, hash) {
                case .take(let batch): queue.push(.results(batch), weight: batch.size + 1)
                case .answer(let answer, let reason):
                    peers.log(.error, "Results aren't taken: \(reason)", about: [:])
                    try socket.answer(answer, to: message.client)
                case .nothing: break
                }
            }
            for number in receipts.takeAll() {
                if let (answer, client) = desk.isDurable(number) { try socket.answer(answer, to: client) }
            }
            if hasCome { continue }
            try socket.wait(milliseconds: end == nil ? patience : 20, isHeard: isHeard)
            receipts.wakeup.clear()
        }
    }
}

/// Which requests are under way, and whose. Pure.
struct ResultsDesk {
    enum Verdict {
        case take(GivenBatch)
        /// Refused, for a reason that the log is told, too.
        case answer(ResultsAnswer, reason: String)
        /// Not a request, and no number to answer to.
        case nothing
    }

    private struct Waiting {
        let client: [UInt8]
        let number: UInt64
    }

    private var waiting: [UInt64: Waiting] = [:]
    private var next: UInt64 = 1

    var underWay: Int { waiting.count }
    /// Whether somebody waits for an answer.
    var isBusy: Bool { !waiting.isEmpty }

    /// Somebody has sent frames.
    mutating func came(_ frames: [[UInt8]], from client: [UInt8], _ hash: KeyedHash) -> Verdict {
        guard case .put(let number, let lines) = ResultsRequest(frames: frames) else { return .nothing }
        do {
            let batch = try GivenBatch(number: next, lines: lines, hash: hash)
            waiting[next] = Waiting(client: client, number: number)
            next += 1
            return .take(batch)
        } catch {
            return .answer(.refused(number: number, reason: error.description), reason: error.description)
        }
    }

    /// What was given in one go is durable.
    mutating func isDurable(_ number: UInt64) -> (ResultsAnswer, client: [UInt8])? {
        waiting.removeValue(forKey: number).map { (.taken(number: $0.number), $0.client) }
    }
}
