/// The thread that follows a workspace.
import Access
import Bytes
import Chat
import Common
import Feed
import Foundation
import Logging
import Records
import ServiceLifecycle
import Threads
import ZeroMQ

/// Follows one workspace, each record once and in order, and writes it to the board.
struct WorkspaceIntake: Service {
    /// What is fetched of what was before.
    private static let history: UInt64 = 100_000
    /// And of that after it was given up.
    private static let shortHistory: UInt64 = 1_000
    /// Of one that always publishes more than is taken, only glimpses are: it is left alone for so long, in milliseconds.
    private static let rest = 5_000
    /// While its budget is spent, nothing is read for so long, in milliseconds: what others publish live fills the sockets, and is
    /// dropped there. What was missed is asked for, as far as there is a budget for it.
    private static let pause = 50

    private let endpoint: String
    private let keys: Keyring?
    private let index: Int
    private let board: Board
    private let figures: Noticeboard<FollowingFigures>
    private let progress: StageProgress
    private let stop: StopSignal
    private let logger: Logger

    /// - Parameters:
    ///   - index: the workspace's place on the board.
    ///   - figures: told how it is followed.
    ///   - stages: where progress is noted.
    init(
        _ endpoint: String, at index: Int, board: Board, figures: Noticeboard<FollowingFigures>, keys: Keyring?,
        stages: Stages, logger: Logger
    ) throws {
        self.figures = figures
        progress = stages.stage("workspace \(index)")
        self.keys = keys
        self.endpoint = endpoint
        self.index = index
        self.board = board
        self.logger = logger
        stop = StopSignal(wakeup: try Wakeup())
    }

    func run() async throws {
        try await onOwnThread("workspace \(index)", until: stop) { [self] in
            defer { progress.end() }
            let context = try FeedContext(keys: keys)
            var history = Self.history
            var peers = PeerLog(logger)
            var resting = Poller()
            _ = resting.add(descriptor: stop.wakeup.descriptor)
            while try !follow(from: history, in: context, &peers) {
                history = Self.shortHistory
                progress.idle()
                if !stop.isSet { try resting.wait(milliseconds: Self.rest) }
            }
            peers.sayWhatWasLeftOut()
        }
    }

    /// - Returns: false when it was left too far behind, and is to begin anew.
    private func follow(from history: UInt64, in context: FeedContext, _ peers: inout PeerLog) throws -> Bool {
        let follower = try Follower(
            endpoints: [endpoint], from: .last(history), largestRecord: FeedSocket.largestWorkspaceRecord, in: context)
        let news = try TokenSocket(
            endpoints: [endpoint], session: nil, withQuestions: true, withStatus: true, in: context)
        follower.alsoWatch { news.watch(in: &$0) }
        let limits = history == Self.history ? IntakeBudget.Limits(history: Int(history)) : .glimpse(of: Int(history))
        var budget = IntakeBudget(limits: limits, now: .now)
        var resting = Poller()
        _ = resting.add(descriptor: stop.wakeup.descriptor)
        var deliveries: [Delivery] = []
        while !stop.isSet {
            progress.note()
            if budget.isSpent(at: .now) { try resting.wait(milliseconds: Self.pause) }
            try follower.poll(
                milliseconds: 1000, wakeup: stop.wakeup, isPaused: budget.isSpent(at: .now), into: &deliveries)
            for delivery in deliveries { try process(delivery, &budget, &peers, follower) }
            deliveries.removeAll(keepingCapacity: true)
            try process(news)
            figures.note(isLast: false) { follower.figures }
            if budget.givesUp(lag: follower.lag, at: .now) {
                peers.log(.warning, "\(endpoint) publishes more than the page takes: it goes on with the newest")
                board.skip(in: index)
                try follower.acknowledgeAll()
                return false
            }
        }
        try follower.acknowledgeAll()
        return true
    }

    private func process(
        _ delivery: Delivery, _ budget: inout IntakeBudget, _ peers: inout PeerLog, _ follower: Follower
    ) throws {
        switch delivery {
        case .began(let stream, _): board.began(stream, in: index)
        case .records(let lines):
            budget.took(records: lines.count, bytes: lines.size)
            let now = ContinuousClock.now
            lines.forEachLine { number, line in board.record(number, line, in: index, at: now) }
        case .lost: board.skip(in: index)
        case .caughtUp: budget.caughtUp()
        case .ended(let stream):
            budget.caughtUp()
            try follower.acknowledgeEnd(of: stream)
        case .refused(let stream, _, let reason):
            peers.log(.error, "\(stream) isn't the stream that it was: \(reason). Nothing is taken from it")
        case .ignored(let endpoint, let problem): peers.log(.error, "\(endpoint): \(problem)")
        case .vanished, .duplicates, .time, .idle, .foreign, .recognized: break
        }
    }

    /// What isn't kept comes behind records.
    private func process(_ news: TokenSocket) throws(ZMQError) {
        try news.look()
        for _ in 0..<TokenSocket.tokensPerTurn {
            switch try news.next() {
            case nil: return
            case .token(let payload): board.token(payload, in: index)
            case .asked(let payload): board.asked(payload, in: index)
            case .status(let payload): board.status(payload, in: index, at: .now)
            }
        }
    }
}
