/// Follows a workspace and prints it.
import Common
import Feed
import Logging
import ServiceLifecycle
import Terminal
import Threads
import ZeroMQ

struct ShowOptions: Sendable {
    var endpoints: [String]
    var start: Start
    /// nil: all sessions.
    var session: String?
    var isJSON: Bool
    /// Also answers that are being written.
    var showsTokens: Bool
    var exitOnEnd: Bool
}

/// Two threads: one follows, the other writes. Standard output may not be read for hours (Ctrl-S, a pager), and all the while
/// the workspace has to be told that this subscriber is still there.
struct ShowService: Service {
    /// Text waits for the writing thread up to this size, in bytes.
    private static let queueLimit = 4 << 20

    private let options: ShowOptions
    private let logger: Logger
    private let text: BoundedQueue<Piece>
    /// Marks that have been reached, for the thread that follows.
    private let written: BoundedQueue<Mark>
    private let following: StopSignal
    private let writing: StopSignal

    /// Something for the writing thread.
    private enum Piece: Sendable {
        case text([UInt8])
        case mark(Mark)
    }

    private enum Mark: Sendable {
        /// Everything of a stream stands before this.
        case end(stream: String)
        /// Nothing more is wanted.
        case last
    }

    init(_ options: ShowOptions, logger: Logger) throws {
        self.options = options
        self.logger = logger
        following = StopSignal(wakeup: try Wakeup())
        text = BoundedQueue(limit: Self.queueLimit, wakeup: try Wakeup())
        writing = StopSignal(wakeup: text.wakeup)
        written = BoundedQueue(limit: .max, wakeup: following.wakeup)
    }

    func run() async throws {
        let counts = try await withThrowingTaskGroup(of: Show.Counts?.self) { group in
            group.addTask {
                defer { text.close() }
                return try await onOwnThread("follow", until: following) { [self] in try follow() }
            }
            group.addTask {
                // Whoever reads has gone, or nothing more can be written: there is nothing to follow for.
                defer { following.set() }
                try await onOwnThread("show", until: writing) { [self] in try write() }
                return nil
            }
            var counts = Show.Counts()
            for try await result in group { if let result { counts = result } }
            return counts
        }
        logger.info("Done: shown \(counts.shown) records, passed over \(counts.passedOver), lost \(counts.lost)")
    }

    // MARK: The thread that follows

    private func follow() throws -> Show.Counts {
        let context = try Context()
        let follower = try Follower(
            endpoints: options.endpoints, from: options.start, largestRecord: FeedSocket.largestWorkspaceRecord,
            in: context)
        let tokens =
            try options.showsTokens
            ? TokenSocket(endpoints: options.endpoints, session: options.session, in: context) : nil
        if let tokens { follower.alsoWatch { tokens.watch(in: &$0) } }
        var show = Show(options, logger: logger)
        var room = RoomWatch(text, wakeup: following.wakeup)
        var deliveries: [Delivery] = []
        // Everything is here, and has only to be written.
        var isComplete = false
        while !following.isSet {
            let isPaused = try isComplete || room.isMissing(milliseconds: 1000) { following.isSet }
            try follower.poll(milliseconds: 1000, wakeup: following.wakeup, isPaused: isPaused, into: &deliveries)
            for delivery in deliveries {
                push(show.take(delivery))
                // Acknowledged only when it has been written: until then the publisher had better keep it.
                if case .ended(let stream) = delivery { text.push(.mark(.end(stream: stream)), weight: 1) }
            }
            deliveries.removeAll(keepingCapacity: true)
            // Only now: records never wait for what isn't kept.
            if let tokens { push(try take(tokens, into: &show), isKept: !isPaused) }
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

    /// What the pieces that are there put on the screen.
    private func take(_ tokens: TokenSocket, into show: inout Show) throws(ZMQError) -> [UInt8] {
        var text: [UInt8] = []
        for _ in 0..<TokenSocket.tokensPerTurn {
            guard let payload = try tokens.next() else { break }
            text += show.take(token: payload)
        }
        return text
    }

    // MARK: The thread that writes

    /// Writes until nothing more comes, or nobody reads any more.
    private func write() throws {
        let output = StandardOutput()
        var poller = Poller()
        _ = poller.add(descriptor: text.wakeup.descriptor)
        while true {
            // Asked first: what is queued before the close must not be overlooked.
            let isLast = text.isClosed
            for piece in text.takeAll() {
                switch piece {
                case .text(let bytes):
                    guard try output.write(bytes, isStopped: { writing.isSet }) == .written else { return }
                case .mark(let mark): written.push(mark, weight: 1)
                }
                // There may be room again.
                following.wakeup.signal()
            }
            if isLast { return }
            try poller.wait(milliseconds: -1)
            text.wakeup.clear()
        }
    }
}
