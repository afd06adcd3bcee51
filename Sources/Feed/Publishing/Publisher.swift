/// The publishing side of a feed: live records, control, and replay.
import ZeroMQ

/// Publishes one stream. Used by the thread that made it and by no other.
///
/// The owner publishes records, calls ``serve(_:)`` often, and blocks in a ``Poller`` that watches
/// ``watch(in:)``'s sockets when there is nothing to do.
public final class Publisher {
    /// How often control is sent when nothing else asks for it. The protocol wants each second; windows that nobody speaks in
    /// any more close by it, and should close on time.
    public static let controlInterval = Duration.milliseconds(250)
    /// The most bytes one answer carries, whatever was asked for.
    private static let largestBudget = 4 << 20
    /// Requests answered before the owner gets its turn again.
    private static let requestsPerTurn = 16

    public let stream: String
    /// The replay endpoint as bound, with the port the system chose for a wildcard.
    public let replayEndpoint: String
    /// The live endpoint as bound.
    public let endpoint: String

    /// Event time reached, in milliseconds; nil where the stream has none.
    public var eventTime: Int64?
    /// The speed factor that control states.
    public var speed: Double?
    /// Whether everything that could come out so far is out; nil where that has no meaning.
    public var complete: Bool? {
        didSet { if complete != oldValue { controlIsDue = true } }
    }
    /// The first record's fingerprint, once it is known; nil where the stream isn't one that comes again.
    public var fingerprint: String? {
        didSet { if fingerprint != oldValue { controlIsDue = true } }
    }
    /// The furthest record that anybody has asked for. One that lies ahead shows how far followers of this stream were
    /// when somebody else published it.
    public private(set) var furthestWanted: UInt64 = 1
    /// Set when no record will follow.
    public private(set) var endedAt: ContinuousClock.Instant?
    public private(set) var linger: Linger

    private let live: Socket
    private let router: Socket
    private var subscriptions: Set<[UInt8]> = []
    private var positionFrame: [UInt8]
    private var controlIsDue = true
    private var lastControl = ContinuousClock.now
    private let clock = ContinuousClock()
    private var frame = Frame()
    private var answer: [UInt8] = []

    /// Binds both sockets.
    ///
    /// - Throws: ``ZMQError`` naming the endpoint that can't be bound; ``FeedError`` for a stream id out of bounds.
    public init(
        endpoint: String, replayEndpoint: String, stream: String, linger: Linger, in context: Context
    ) throws {
        guard 1...Position.streamLimit ~= stream.utf8.count else { throw FeedError.badStreamID(stream) }
        self.stream = stream
        self.linger = linger
        positionFrame = Position.frame(0, stream)

        var live = try Socket(.extendedPublisher, in: context)
        try live.set(.verboseSubscriptions, 1)
        var router = try Socket(.router, in: context)
        // A client that lost its connection comes back under its own name.
        try router.set(.routerHandover, 1)
        // Requests are short; whoever sends more isn't a follower.
        try router.set(.maximumMessageSize, 1 << 16)
        try Self.configure(live)
        try Self.configure(router)
        try live.bind(endpoint)
        try router.bind(replayEndpoint)
        self.endpoint = live.lastEndpoint
        self.replayEndpoint = router.lastEndpoint
        self.live = live
        self.router = router
    }

    private static func configure(_ socket: borrowing Socket) throws(ZMQError) {
        // What is queued for live subscribers at the end still goes out, but nobody waits long for a dead one.
        try socket.set(.linger, 1000)
        try socket.set(.heartbeatInterval, 5000)
        try socket.set(.heartbeatTimeout, 15_000)
    }

    /// Watches both sockets.
    public func watch(in poller: inout Poller) {
        _ = poller.add(live)
        _ = poller.add(router)
    }

    // MARK: Publishing

    /// Whether anybody is subscribed to topics of that family; publishing to nobody can be left out.
    public func hasSubscribers(to family: String) -> Bool {
        let family = Array(family.utf8)
        return subscriptions.contains { $0.starts(with: family) || family.starts(with: $0) }
    }

    /// Sends a kept record to whoever is subscribed.
    @inline(__always)
    public func publish(
        topic: UnsafeRawBufferPointer, payload: UnsafeRawBufferPointer, sequence: UInt64
    ) throws(ZMQError) {
        for index in 0..<8 { positionFrame[index] = UInt8(truncatingIfNeeded: sequence >> UInt64(56 - 8 * index)) }
        guard try live.send(topic, more: true), try live.send(payload, more: true) else { return }
        _ = try live.send(positionFrame)
    }

    /// Sends something that isn't kept: its position is empty.
    public func publish(topic: [UInt8], unkept payload: [UInt8]) throws(ZMQError) {
        guard try live.send(topic, more: true), try live.send(payload, more: true) else { return }
        _ = try live.send([])
    }

    /// No record will follow.
    public func end() {
        guard endedAt == nil else { return }
        endedAt = clock.now
        controlIsDue = true
    }

    /// Whether the stream has ended and nobody needs this publisher any more.
    public var isReleased: Bool {
        endedAt.map { linger.isOver(endedAt: $0, now: clock.now) } ?? false
    }

    // MARK: Serving

    /// How long the owner may block: until control is due again, or there is no reason to stay any more.
    public var patience: Duration {
        let untilRelease = endedAt.map { linger.deadline(endedAt: $0) - clock.now }
        return max(.zero, min(timeToNextControl, untilRelease ?? timeToNextControl))
    }

    private var timeToNextControl: Duration {
        controlIsDue ? .zero : max(.zero, Self.controlInterval - (clock.now - lastControl))
    }

    /// Hears subscriptions, answers requests from `log`, and sends control when it is due. Never blocks.
    ///
    /// - Returns: false when requests may be left over.
    @discardableResult
    public func serve(_ log: inout some RecordLog) throws -> Bool {
        try hearSubscriptions()
        var isDone = true
        for turn in 0..<Self.requestsPerTurn {
            guard let (client, request) = try nextRequest() else { break }
            if let request { try handle(request, from: client, log: &log) }
            isDone = turn < Self.requestsPerTurn - 1
        }
        if timeToNextControl == .zero { try sendControl(log) }
        return isDone
    }

    /// Says where the stream stands, now.
    public func sendControl(_ log: some RecordLog) throws(ZMQError) {
        let control = Control(
            stream: stream, first: log.first, next: log.next, eventTime: eventTime, replay: replayEndpoint,
            speed: speed, ended: endedAt != nil, complete: complete, fingerprint: fingerprint)
        try publish(topic: Array(Topic.control.utf8), unkept: control.json)
        controlIsDue = false
        lastControl = clock.now
    }

    private func hearSubscriptions() throws(ZMQError) {
        while try live.receive(into: &frame) {
            let bytes = frame.bytes
            guard let first = bytes.first else { continue }
            if first == 1 {
                subscriptions.insert(Array(bytes.dropFirst()))
                controlIsDue = true
            } else if first == 0 {
                subscriptions.remove(Array(bytes.dropFirst()))
            }
        }
    }

    /// The next message on the ROUTER socket: who sent it, and the request, if it is one.
    private func nextRequest() throws(ZMQError) -> (client: [UInt8], request: ReplayRequest?)? {
        guard try router.receive(into: &frame) else { return nil }
        let client = frame.bytes
        var frames: [[UInt8]] = []
        while frame.hasMore, try router.receive(into: &frame) {
            // A request has at most six frames; whatever a stranger sends behind them is read and dropped.
            if frames.count < 7 { frames.append(frame.bytes) }
        }
        return (client, ReplayRequest(frames: frames))
    }

    private func handle(
        _ request: ReplayRequest, from client: [UInt8], log: inout some RecordLog
    ) throws {
        switch request {
        case .hold: linger.heard(from: client, at: clock.now)
        case .end(let ended, _): if ended == stream { linger.acknowledged(by: client, at: clock.now) }
        case .fetch(let wanted, let from, let budget, let known, _):
            linger.heard(from: client, at: clock.now)
            // Somebody who left off in another stream of that name, and hasn't heard yet that this one is here now.
            if wanted == stream, let known, let fingerprint, known != fingerprint {
                return try send(.other(stream: wanted), to: client)
            }
            try answerFetch(wanted, from, min(Int(clamping: budget), Self.largestBudget), client, &log)
        }
    }

    private func answerFetch(
        _ wanted: String, _ from: UInt64, _ budget: Int, _ client: [UInt8], _ log: inout some RecordLog
    ) throws {
        if wanted != stream { return try send(.unknown(stream: wanted), to: client) }
        furthestWanted = max(furthestWanted, from)
        if from < log.first {
            try send(.gone(stream: stream, firstKept: log.first), to: client)
        } else if from >= log.next {
            try send(.nothing(stream: stream, next: log.next), to: client)
        } else {
            answer.removeAll(keepingCapacity: true)
            guard try log.read(from: from, budget: budget, into: &answer) > 0 else {
                return try send(.nothing(stream: stream, next: from), to: client)
            }
            try send(.batch(stream: stream, first: from, next: log.next, lines: answer), to: client)
        }
    }

    private func send(_ answer: ReplayAnswer, to client: [UInt8]) throws(ZMQError) {
        // A client that has gone, or that has stopped reading, asks again when it is back.
        guard try router.send(client, more: true) else { return }
        let frames = answer.frames
        for (index, frame) in frames.enumerated() {
            _ = try router.send(frame, more: index < frames.count - 1)
        }
    }
}
