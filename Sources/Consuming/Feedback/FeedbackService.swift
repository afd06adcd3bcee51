/// The thread that owns the feedback socket.
import Access
import Common
import Feed
import Logging
import Outbox
import Records
import ServiceLifecycle
import Storage
import Threads
import ZeroMQ

/// Takes feedback, hands it to the workspace, and answers once it is durable.
struct FeedbackService: Service {
    /// So long those under way are waited for at the end. Whoever gets no answer by then sends the same again.
    private static let timeToFinish = Duration.seconds(1)

    /// When an endpoint that somebody else has is tried again.
    private static let bindInterval = Duration.seconds(2)

    /// Requests heard in one turn.
    private static let requestsPerTurn = 32

    private let endpoint: FeedbackEndpoint
    private let keys: Keyring?
    private let store: Store?
    private let firstRecord: UInt64
    private let workspace: Workspace
    private let news: BoundedQueue<FeedbackNews>
    /// On its way to the workspace.
    private let accepted: BoundedQueue<Feedback>
    /// Feedback that the workspace didn't take.
    private let refused: BoundedQueue<Feedback>
    private let stop: StopSignal
    private let progress: StageProgress
    private let logger: Logger

    /// - Parameters:
    ///   - news: what has become durable, and what has come out.
    ///   - firstRecord: the number of the first record that this process publishes.
    init(
        _ endpoint: FeedbackEndpoint, keys: Keyring?, store: Store?, firstRecord: UInt64, workspace: Workspace,
        news: BoundedQueue<FeedbackNews>, stages: Stages, logger: Logger
    ) throws {
        self.endpoint = endpoint
        self.keys = keys
        self.store = store
        self.firstRecord = firstRecord
        self.workspace = workspace
        self.news = news
        accepted = BoundedQueue(limit: .max, wakeup: try Wakeup())
        refused = BoundedQueue(limit: .max, wakeup: news.wakeup)
        stop = StopSignal(wakeup: news.wakeup)
        progress = stages.stage("feedback") { !news.isEmpty }
        self.logger = logger
    }

    func run() async throws {
        defer { progress.end() }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                while let feedback = await accepted.next() {
                    if await !workspace.submit(feedback) {
                        for one in feedback { refused.push(one, weight: 1) }
                    }
                }
            }
            defer { accepted.close() }
            try await onOwnThread("feedback", until: stop) { [self] in
                defer { accepted.close() }
                if let store { try serve(StoredLedger(store)) } else { try serve(MemoryLedger(next: firstRecord)) }
            }
        }
    }

    // MARK: The thread

    /// Binds the endpoint, and waits for it where it is optional. What comes out meanwhile wakes it, too: then it only notes that.
    ///
    /// - Returns: nil when it was told to stop before.
    private func bind(_ ledger: inout some FeedbackLedger) throws -> DeskSocket? {
        var poller = Poller()
        _ = poller.add(descriptor: news.wakeup.descriptor)
        var isSaid = false
        var nextTry = ContinuousClock.now
        while !stop.isSet {
            if .now >= nextTry {
                if let socket = try bindIfFree() {
                    logger.info("Taking feedback on \(socket.endpoint)")
                    return socket
                }
                if !isSaid {
                    logger.warning(
                        "No feedback is taken: another program listens on \(endpoint.endpoint). Choose another --feedback-endpoint, or none"
                    )
                }
                isSaid = true
                nextTry = .now + Self.bindInterval
            }
            progress.idle()
            try poller.wait(milliseconds: max(0, (nextTry - .now).milliseconds) + 1)
            news.wakeup.clear()
            for case .published(let block) in news.takeAll() { ledger.published(block) }
        }
        return nil
    }

    /// - Returns: nil where somebody else has the endpoint, and it is optional.
    private func bindIfFree() throws -> DeskSocket? {
        do {
            return try DeskSocket(
                endpoint.endpoint, as: .feedback, keys: keys, wakeup: news.wakeup, FeedSocket.feedback)
        } catch {
            guard endpoint.isOptional, (error as ZMQError).isAddressInUse else { throw error }
            return nil
        }
    }

    private func serve(_ given: some FeedbackLedger) throws {
        var ledger = given
        guard let socket = try bind(&ledger) else { return }
        var desk = FeedbackDesk()
        var end: ContinuousClock.Instant?
        while true {
            if stop.isSet && end == nil { end = .now + Self.timeToFinish }
            if let end, !desk.isBusy || .now >= end { return }
            let isHeard = end == nil && !desk.isFull
            progress.note()
            for notice in try socket.admit() { logger.log(level: notice.isNews ? .info : .warning, "\(notice)") }
            var requests: [DeskSocket.Request] = []
            while isHeard, requests.count < Self.requestsPerTurn, let request = try socket.request() {
                requests.append(request)
            }
            // Behind that: what its clients have seen is known.
            hear(&desk, &ledger)
            for request in requests { try desk.came(request.frames, from: request.client, &ledger) }
            try desk.search(in: &ledger)
            for action in desk.takeActions() {
                switch action {
                case .answer(let answer, let client): try socket.answer(answer.frames, to: client)
                case .commit(let feedback): accepted.push(feedback, weight: 1)
                }
            }
            if desk.isSearching || !requests.isEmpty { continue }
            progress.idle()
            try socket.wait(milliseconds: end == nil ? 1000 : 20, isHeard: isHeard)
            news.wakeup.clear()
        }
    }

    /// What others have done meanwhile.
    private func hear(_ desk: inout FeedbackDesk, _ ledger: inout some FeedbackLedger) {
        for item in news.takeAll() {
            switch item {
            case .published(let block): ledger.published(block)
            case .committed(let some): for kept in some { desk.committed(kept, &ledger) }
            }
        }
        for feedback in refused.takeAll() { desk.ended(feedback) }
    }
}
