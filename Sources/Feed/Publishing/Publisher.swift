/// The publishing side of a feed: live records, control, and replay.
import Access
import ZeroMQ

/// Publishes one stream. Used by the thread that made it and by no other.
///
/// The owner publishes records, calls ``serve(_:)`` often, and blocks in ``wait(milliseconds:)`` when there is nothing to do.
/// Whatever others send, a call of ``serve(_:)`` is short, and control goes out on time.
public final class Publisher {
    /// How often control is sent when nothing else asks for it: windows that nobody speaks in any more close by it, and should
    /// close on time.
    public static let controlInterval = Duration.milliseconds(250)
    /// The same where it would say again what it has said. The protocol wants each second.
    private static let longestInterval = Duration.milliseconds(900)
    /// Messages of subscribers heard before the clock is looked at.
    private static let messagesPerLook = 16

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
    /// What followers say who are further than this publisher. To be set, before anything is served, where the stream may have
    /// been published by somebody else before; nil: nobody is believed.
    public var claims: Claims? {
        get { desk.claims }
        set { desk.claims = newValue }
    }
    /// Set when no record will follow.
    public private(set) var endedAt: ContinuousClock.Instant?

    private let live: Socket
    private let desk: ReplayDesk
    private var subscriptions: Subscriptions
    /// Asked who may have which topics; nil where everybody may have all.
    private let keys: Keyring?
    private let access: AccessSocket?
    private var accessNotices: [Notice] = []
    private var positionFrame: [UInt8]
    private var controlIsDue = true
    private var lastControl = ContinuousClock.now
    /// What control said last: where nothing happens, it is the same over and over.
    private var said: (control: Control?, json: [UInt8]) = (nil, [])
    /// When requests were answered last.
    private var servedAt = ContinuousClock.now
    private var places = PlaceWatch(now: .now)
    /// The number that the next record will have, as of the last turn.
    private var next: UInt64 = 1
    /// Both sockets and the owner's descriptors; and the same without the live socket, for when subscribers aren't heard.
    private var poller = Poller()
    private var restingPoller = Poller()
    private var reported: Set<Notice> = []
    private let clock = ContinuousClock()
    private var frame = Frame()
    private var budget = LiveBudget()

    /// Binds both sockets.
    ///
    /// - Throws: ``ZMQError`` naming the endpoint that can't be bound; ``FeedError`` for a stream id out of bounds.
    public init(
        endpoint: String, replayEndpoint: String, stream: String, linger: Linger, in context: FeedContext
    ) throws {
        guard 1...Position.streamLimit ~= stream.utf8.count else { throw FeedError.badStreamID(stream) }
        self.stream = stream
        positionFrame = Position.frame(0, stream)
        access = try context.accessSocket(for: endpoint, replayEndpoint)
        keys = context.rights(at: endpoint)
        subscriptions = Subscriptions(areCounted: keys != nil)
        var live = try FeedSocket.live(in: context)
        if keys != nil { try live.set(.manualSubscriptions, 1) }
        try context.bind(&live, to: endpoint, as: .live)
        self.endpoint = live.lastEndpoint
        desk = try ReplayDesk(replayEndpoint, stream: stream, linger: linger, in: context)
        self.replayEndpoint = desk.endpoint
        _ = poller.add(live)
        self.live = live
        desk.watch(in: &poller)
        desk.watch(in: &restingPoller)
        access?.watch(in: &poller)
        access?.watch(in: &restingPoller)
    }

    // MARK: Publishing

    /// Whether anybody is subscribed to topics of that family; publishing to nobody can be left out.
    public func hasSubscribers(to family: String) -> Bool { subscriptions.contain(family) }

    /// Sends a kept record to whoever is subscribed. Where many large ones come in a row, followers have to fetch some.
    @inline(__always)
    public func publish(
        topic: UnsafeRawBufferPointer, payload: UnsafeRawBufferPointer, sequence: UInt64
    ) throws(ZMQError) {
        if payload.count > LiveBudget.large, !budget.hasRoom(for: payload.count, at: sequence) {
            controlIsDue = true
            return
        }
        positionFrame.withUnsafeMutableBytes { $0.storeBytes(of: sequence.bigEndian, as: UInt64.self) }
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

    /// Who follows, as of the last turn.
    public var figures: PublishingFigures { desk.linger.figures(next: next, at: servedAt) }

    /// Whether anybody has ever asked for records, or had them all.
    public var hasClients: Bool { desk.linger.hasClients }

    /// Whether the stream has ended and nobody needs this publisher any more, as of the last turn: what has come since then may be a
    /// follower's request.
    public var isReleased: Bool {
        endedAt.map { desk.linger.isOver(endedAt: $0, next: next, now: servedAt) } ?? false
    }

    /// What has come up since the last call, each once, for whoever reads the log.
    public func takeNotices() -> [Notice] {
        let own: [Notice] = (subscriptions.isFlooded ? [.flooded] : []) + (places.wasRemoved ? [.removed] : [])
        let notices = (desk.notices + own + accessNotices).filter { !reported.contains($0) }
        accessNotices = []
        reported.formUnion(notices)
        return notices
    }

    // MARK: Waiting

    /// Has ``wait(milliseconds:)`` end also when a descriptor can be read.
    public func watch(descriptor: Int32) {
        _ = poller.add(descriptor: descriptor)
        _ = restingPoller.add(descriptor: descriptor)
    }

    /// Blocks until something has come, on the sockets or a watched descriptor, or for so long.
    ///
    /// - Throws: ``ZMQError`` when a socket isn't usable any more.
    public func wait(milliseconds: Int) throws(ZMQError) {
        let rest = subscriptions.rest(at: clock.now)
        if rest == .zero {
            try poller.wait(milliseconds: milliseconds)
        } else {
            try restingPoller.wait(milliseconds: min(milliseconds, rest.milliseconds + 1))
        }
    }

    /// How long the owner may block: until control is due again, or there is no reason to stay any more.
    public var patience: Duration {
        let untilRelease = endedAt.map { desk.linger.deadline(endedAt: $0) - clock.now }
        return max(.zero, min(timeToNextControl, untilRelease ?? timeToNextControl))
    }

    /// What is news to somebody is said at once, but not each time when many come at a time.
    private var timeToNextControl: Duration {
        let isNews = eventTime != nil || next != said.control?.next
        let interval = controlIsDue ? Subscriptions.pause : isNews ? Self.controlInterval : Self.longestInterval
        return max(.zero, interval - (clock.now - lastControl))
    }

    // MARK: Serving

    /// Hears subscriptions, answers requests from `log`, and sends control when it is due. Never blocks.
    ///
    /// - Returns: false when requests may be left over.
    @discardableResult
    public func serve(_ log: inout some RecordLog) throws -> Bool {
        next = log.next
        servedAt = clock.now
        desk.look(at: servedAt)
        try access?.serve { accessNotices.append(Notice($0)) }
        try keepPlaces()
        try hearSubscriptions()
        let isDone = try desk.serve(&log, ReplayDesk.State(fingerprint: fingerprint, endedAt: endedAt))
        if timeToNextControl == .zero { try sendControl(log) }
        return isDone
    }

    /// Says where the stream stands, now.
    public func sendControl(_ log: some RecordLog) throws(ZMQError) {
        let control = Control(
            stream: stream, first: log.first, next: log.next, eventTime: eventTime, replay: replayEndpoint,
            speed: speed, ended: endedAt != nil, complete: complete, fingerprint: fingerprint)
        if control != said.control { said = (control, control.json) }
        try publish(topic: Array(Topic.control.utf8), unkept: said.json)
        controlIsDue = false
        lastControl = clock.now
    }

    /// Sees to it that whoever comes finds the sockets.
    private func keepPlaces() throws(ZMQError) {
        guard places.isDue(at: clock.now) else { return }
        places.found(isRemoved: try live.bindAgainIfRemoved(endpoint))
        places.found(isRemoved: try desk.bindAgainIfRemoved())
    }

    /// Hears what subscribers have sent, for as long as a turn may last. libzmq's own part of a turn is short, because each of
    /// them has room for one message only (``FeedSocket/upstreamQueue``); what has piled up inside it is taken here.
    private func hearSubscriptions() throws(ZMQError) {
        let began = clock.now
        guard subscriptions.rest(at: began) == .zero else { return }
        var count = 0
        while try live.receive(into: &frame) {
            if try hear() { controlIsDue = true }
            count += 1
            if count % Self.messagesPerLook == 0 && clock.now - began >= Subscriptions.turn { break }
        }
        subscriptions.heard(count, at: began)
    }

    /// Takes what a subscriber has sent.
    ///
    /// - Returns: whether it was a subscription.
    private func hear() throws(ZMQError) -> Bool {
        guard let keys else { return frame.withBytes { subscriptions.apply($0) } }
        let message = frame.bytes
        guard let kind = message.first, kind < 2 else { return false }
        // Who has gone has no name any more, and libzmq has forgotten what it was subscribed to.
        let grant = TopicGrant(frame.sender.map(keys.rights(of:)) ?? (kind == 0 ? Set(Right.allCases) : []))
        for topic in grant.topics(for: Array(message.dropFirst()), isWanted: kind == 1) {
            try live.grant(topic, isWanted: kind == 1)
            _ = ([kind] + topic).withUnsafeBytes { subscriptions.apply($0) }
        }
        return kind == 1
    }
}
