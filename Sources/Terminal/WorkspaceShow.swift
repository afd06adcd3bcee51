/// Follows a workspace and prints it.
import Common
import Feed
import Logging
import Threads
import ZeroMQ

/// Two threads: one follows, the other writes. Standard output may not be read for hours (Ctrl-S, a pager), and all the while
/// the workspace has to be told that this subscriber is still there.
public struct WorkspaceShow: Sendable {
    /// Text waits for the writing thread up to this size, in bytes.
    private static let queueLimit = 4 << 20
    /// When asked to stop, what is still to come is waited for so long from one record to the next.
    private static let patience = Duration.seconds(2)

    private let options: ShowOptions
    private let last: @Sendable () -> UInt64
    private let onShown: (@Sendable (UInt64) -> Void)?
    private let logger: Logger
    private let status: StatusBoard?
    private let text: BoundedQueue<Piece>
    /// Marks that have been reached, for the thread that follows.
    private let written: BoundedQueue<Mark>
    private let following: StopSignal
    private let writing: StopSignal

    /// Something for the writing thread.
    private enum Piece: Sendable {
        case text([UInt8])
        case mark(Mark)
        /// The text before this is that of the records before this number.
        case shown(next: UInt64)
    }

    private enum Mark: Sendable {
        /// Everything of a stream stands before this.
        case end(stream: String)
        /// Nothing more is wanted.
        case last
    }

    /// - Parameters:
    ///   - last: asked when it is to stop: the number behind the last record that is still to be shown; 0: what has
    ///     come is enough.
    ///   - onShown: told of the number behind the last record that stands on standard output. (Of several workspaces nobody can
    ///     tell whose it is.)
    public init(
        _ options: ShowOptions, upTo last: @escaping @Sendable () -> UInt64 = { 0 },
        onShown: (@Sendable (UInt64) -> Void)? = nil, logger: Logger
    ) throws {
        self.options = options
        self.last = last
        self.onShown = onShown
        self.logger = logger
        following = StopSignal(wakeup: try Wakeup())
        text = BoundedQueue(limit: Self.queueLimit, wakeup: try Wakeup())
        writing = StopSignal(wakeup: text.wakeup)
        written = BoundedQueue(limit: .max, wakeup: following.wakeup)
        let hasStatus = options.unfinished == .status && !options.isJSON && StandardOutput.canRedraw
        status = hasStatus ? StatusBoard(wakeup: text.wakeup) : nil
    }

    /// Follows and prints until a graceful shutdown, the end of what is followed, or that of whoever reads.
    ///
    /// - Throws: ``ExitStatus`` 74 when standard output can't be written; `ZMQError` when an endpoint can't be used.
    public func run() async throws -> (end: ShowEnd, counts: ShowCounts) {
        try await withThrowingTaskGroup(of: (ShowEnd, ShowCounts?).self) { group in
            group.addTask {
                defer { text.close() }
                return (.done, try await onOwnThread("follow", until: following) { [self] in try follow() })
            }
            group.addTask {
                // Whoever reads has gone, or nothing more can be written: there is nothing to follow for.
                defer { following.set() }
                return (try await onOwnThread("show", until: writing) { [self] in try write() }, nil)
            }
            var result = (end: ShowEnd.done, counts: ShowCounts())
            for try await (end, counts) in group {
                if end == .notRead { result.end = end }
                if let counts { result.counts = counts }
            }
            return result
        }
    }

    // MARK: The thread that follows

    private func follow() throws -> ShowCounts {
        let context = try FeedContext(keys: options.keys)
        let follower = try Follower(
            endpoints: options.endpoints, from: options.start, largestRecord: FeedSocket.largestWorkspaceRecord,
            in: context)
        let tokens =
            try (options.unfinished == .text || status != nil)
            ? TokenSocket(
                endpoints: options.endpoints, session: options.session, withQuestions: status != nil, in: context) : nil
        if let tokens { follower.alsoWatch { tokens.watch(in: &$0) } }
        var show = Show(options, status: status, logger: logger)
        var room = RoomWatch(text, wakeup: following.wakeup)
        var deliveries: [Delivery] = []
        // Everything is here, and has only to be written.
        var isComplete = false
        var stopping = Stopping(patience: Self.patience)
        while !following.isSet || !text.isClosed && stopping.isWorthWaiting(for: last(), at: show.next) {
            let isPaused = try isComplete || room.isMissing(milliseconds: 1000) { following.isSet }
            let patience = following.isSet ? 100 : 1000
            try follower.poll(milliseconds: patience, wakeup: following.wakeup, isPaused: isPaused, into: &deliveries)
            for delivery in deliveries {
                push(show.show(delivery))
                if onShown != nil, case .records = delivery { text.push(.shown(next: show.next), weight: 1) }
                // Acknowledged only when it has been written: until then the publisher had better keep it.
                if case .ended(let stream) = delivery { text.push(.mark(.end(stream: stream)), weight: 1) }
            }
            deliveries.removeAll(keepingCapacity: true)
            // Only now: records never wait for what isn't kept.
            if let tokens { push(try receive(tokens, into: &show), isKept: !isPaused) }
            for mark in written.takeAll() {
                switch mark {
                case .end(let stream): try follower.acknowledgeEnd(of: stream)
                case .last:
                    try follower.acknowledgeAll()
                    return show.counts
                }
            }
            if options.exitOnEnd && !isComplete && (show.isComplete || follower.hasEnded) {
                isComplete = true
                push(show.end())
                text.push(.mark(.last), weight: 1)
            }
        }
        push(show.end())
        return show.counts
    }

    private func push(_ bytes: [UInt8], isKept: Bool = true) {
        if isKept && !bytes.isEmpty { text.push(.text(bytes), weight: bytes.count) }
    }

    /// What the news that is there puts on the screen.
    private func receive(_ tokens: TokenSocket, into show: inout Show) throws(ZMQError) -> [UInt8] {
        try tokens.look()
        var text: [UInt8] = []
        for _ in 0..<TokenSocket.tokensPerTurn {
            guard let news = try tokens.next() else { break }
            switch news {
            case .token(let payload): text += show.show(token: payload)
            case .asked(let payload): show.note(asked: payload)
            // It isn't asked for.
            case .status: break
            }
        }
        return text
    }

    // MARK: The thread that writes

    /// Writes until nothing more comes, or nobody reads any more.
    private func write() throws -> ShowEnd {
        // What comes from now on has nowhere to go.
        defer { text.close() }
        let output = StandardOutput()
        var poller = Poller()
        _ = poller.add(descriptor: text.wakeup.descriptor)
        var drawing = StatusDrawing()
        while true {
            // Asked first: what is queued before the close must not be overlooked.
            let isLast = text.isClosed
            let line = isLast ? nil : status?.line(columns: StatusDrawing.room(of: StandardOutput.columns))
            var texts: [[UInt8]] = []
            var marks: [Mark] = []
            var shown: UInt64?
            for piece in text.takeAll() {
                switch piece {
                case .text(let bytes): texts.append(bytes)
                case .mark(let mark): marks.append(mark)
                case .shown(let next): shown = next
                }
            }
            for bytes in drawing.around(texts, line, at: .now) {
                switch try output.write(bytes, isStopped: { writing.isSet }) {
                case .written: break
                case .stopped: return .done
                case .closed: return .notRead
                }
                // There may be room again.
                following.wakeup.signal()
            }
            for mark in marks { written.push(mark, weight: 1) }
            if let shown { onShown?(shown) }
            if isLast { return .done }
            // Time goes on in the status line also when nothing comes.
            try poller.wait(milliseconds: line == nil ? -1 : StatusDrawing.interval.milliseconds)
            text.wakeup.clear()
        }
    }
}

/// What is still to come after one was asked to stop: worth waiting for as long as it comes.
private struct Stopping {
    let patience: Duration
    private var since: (next: UInt64, time: ContinuousClock.Instant)?

    init(patience: Duration) { self.patience = patience }

    /// - Parameters:
    ///   - last: the number behind the last record that is to come.
    ///   - next: the number of the next one.
    mutating func isWorthWaiting(for last: UInt64, at next: UInt64) -> Bool {
        guard next < last else { return false }
        let now = ContinuousClock.now
        if let since, since.next == next { return now - since.time < patience }
        since = (next, now)
        return true
    }
}
