/// The subscribing side of a feed: every record of every stream, once and in order.
import Glibc
import Threads
import ZeroMQ

/// Follows all streams on some endpoints: the sockets around ``Following``. Used by the thread that made it and by no other.
public final class Follower {
    /// Answers taken in one go from one publisher. There is one question at a time; more is a publisher's that floods.
    private static let answersPerTurn = 16

    /// So long nothing is received from an endpoint that floods. Its queue fills, then TCP's, and whoever publishes there waits or
    /// drops; all others have the processor. What is missed of streams that are followed is fetched.
    private static let rest = Duration.milliseconds(20)

    /// The sockets of one endpoint.
    private final class Link {
        let endpoint: String
        let live: LiveSocket
        /// By which the endpoint's publishers know this follower.
        let routingID: [UInt8]
        var replays: [ReplaySocket] = []
        /// Until when nothing is received live; nil: it is.
        var restsUntil: ContinuousClock.Instant?

        init(_ endpoint: String, _ live: LiveSocket, routingID: [UInt8]) {
            self.endpoint = endpoint
            self.live = live
            self.routingID = routingID
        }
    }

    private var following: Following
    private let links: [Link]
    private let context: FeedContext
    private let largestRecord: Int
    private var poller = Poller()
    private var isPollerCurrent = false
    private var watchOthers: (inout Poller) -> Void = { _ in }

    /// Connects to each endpoint; publishers may come later.
    ///
    /// - Parameters:
    ///   - start: where to begin in streams that aren't known.
    ///   - cursors: streams that are known; they go on where they were left.
    ///   - identity: by which publishers know this follower again; at the end they wait for each that they know.
    ///   - idleTimeout: a publisher of which nothing has been heard for so long is reported; nil: it isn't.
    ///   - takesWorkspaces: what consumers publish is followed, too. One that takes messages doesn't want it: its own might come
    ///     back by way of another, for ever.
    ///   - largestRecord: a publisher of larger ones is cut off, in bytes.
    /// - Throws: ``ZMQError`` when an endpoint can't be understood.
    public init(
        endpoints: [String], from start: Start, resuming cursors: [StreamCursor] = [],
        identity: [UInt8] = Follower.newIdentity(), idleTimeout: Duration? = nil, takesWorkspaces: Bool = true,
        largestRecord: Int = FeedSocket.largestInputRecord, in context: FeedContext
    ) throws(ZMQError) {
        self.context = context
        self.largestRecord = largestRecord
        let endpoints = Endpoint.distinct(endpoints)
        var links: [Link] = []
        for endpoint in endpoints {
            links.append(
                Link(
                    endpoint, try LiveSocket(endpoint, largestRecord: largestRecord, in: context),
                    routingID: Self.routingID(identity, for: endpoint)))
        }
        self.links = links
        following = Following(
            endpoints, from: start, resuming: cursors, idleTimeout: idleTimeout, takesWorkspaces: takesWorkspaces,
            now: .now)
        try act()
    }

    /// An identity that no other follower has.
    public static func newIdentity() -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        return (0..<15).map { _ in UInt8.random(in: 0...255, using: &generator) }
    }

    /// A name for each endpoint. A publisher may name the replay socket of another one on this machine: under one name for
    /// all, two connections would take each other's place there without end. And who hears one name can't tell the others.
    static func routingID(_ identity: [UInt8], for endpoint: String) -> [UInt8] {
        let name = (identity + Array(endpoint.utf8) + identity).withUnsafeBytes { Fingerprint.of($0) }
        // The first byte must not be zero (ZMQ_ROUTING_ID).
        return [UInt8(1)] + Array(name.utf8)
    }

    /// How many records the publisher is ahead that is furthest, as far as heard.
    public var lag: UInt64 { following.lag }

    /// How it gets on.
    public var figures: FollowingFigures { following.figures }

    /// Whether every endpoint has been heard from and every stream heard of has ended.
    public var hasEnded: Bool { following.hasEnded }

    /// Has the wait of ``poll(milliseconds:wakeup:isPaused:into:)`` end also when something arrives elsewhere.
    ///
    /// - Parameter watch: adds the sockets to a poller, perhaps several times. They stay open for as long as there is
    ///   polling.
    public func alsoWatch(_ watch: @escaping (inout Poller) -> Void) {
        watchOthers = watch
        isPollerCurrent = false
    }

    /// Waits for something to arrive, `wakeup`, or `milliseconds`; then takes what is there.
    ///
    /// - Parameters:
    ///   - isPaused: there is no room for records. They are passed over, to be fetched later, and publishers are told that
    ///     this follower is still there. (Whoever doesn't read at all has libzmq's queues fill, and sees neither the end of
    ///     a connection nor control.)
    ///   - deliveries: what happened is appended here, in order.
    /// - Throws: ``ZMQError`` when a socket isn't usable any more.
    public func poll(
        milliseconds: Int, wakeup: Wakeup, isPaused: Bool = false, into deliveries: inout [Delivery]
    ) throws(ZMQError) {
        if !isPollerCurrent { makePoller(wakeup) }
        var patience = milliseconds
        if let time = following.patience() { patience = min(patience, time.milliseconds + 1) }
        for link in links {
            if let end = link.restsUntil { patience = min(patience, max(.zero, end - .now).milliseconds + 1) }
        }
        try poller.wait(milliseconds: patience)
        wakeup.clear()
        let now = ContinuousClock.now
        following.begin(now, isPaused: isPaused)
        for place in links.indices { try receive(place, at: now) }
        following.end()
        try act()
        deliveries.append(contentsOf: following.output.deliveries)
        following.output.deliveries.removeAll(keepingCapacity: true)
    }

    private func makePoller(_ wakeup: Wakeup) {
        poller = Poller()
        _ = poller.add(descriptor: wakeup.descriptor)
        for link in links {
            if link.restsUntil == nil { link.live.watch(in: &poller) }
            for replay in link.replays { replay.watch(in: &poller) }
        }
        watchOthers(&poller)
        isPollerCurrent = true
    }

    private func receive(_ place: Int, at now: ContinuousClock.Instant) throws(ZMQError) {
        let link = links[place]
        if try link.live.isConnectedAnew(now) {
            // What is there was said by whoever was there before.
            for replay in link.replays { try replay.discard(upTo: Self.answersPerTurn) }
            following.connectedAnew(place)
        }
        following.publisher(of: place, isThere: link.live.isThere)
        if link.live.givenUp > 0 { following.givenUp(place) }
        if link.live.isSilent { following.isSilent(place) }
        if let problem = link.live.refusal { following.isRefused(place, problem) }
        for replay in link.replays {
            try replay.look(at: now)
            if let problem = replay.refusal { following.isRefused(place, problem) }
            for _ in 0..<Self.answersPerTurn {
                guard
                    try replay.receive({ answer, records in
                        following.receive(answer, records: records, from: replay.address, of: place)
                    })
                else { break }
            }
        }
        if let end = link.restsUntil {
            guard end <= now else { return }
            rest(link, until: nil)
        }
        var turn = LiveTurn()
        while !turn.isOver {
            let isThere = try link.live.receive { message in
                turn.count(message)
                following.receive(message, from: place)
            }
            guard isThere else { return }
            if turn.isTimeToLook, following.isFlooded(place) { return rest(link, until: now + Self.rest) }
        }
    }

    private func rest(_ link: Link, until end: ContinuousClock.Instant?) {
        link.restsUntil = end
        isPollerCurrent = false
    }

    /// Does what is to be done, and what follows from it.
    private func act() throws(ZMQError) {
        while !following.output.actions.isEmpty {
            let actions = following.output.actions
            following.output.actions.removeAll(keepingCapacity: true)
            for action in actions { try perform(action) }
        }
    }

    private func perform(_ action: FollowingAction) throws(ZMQError) {
        switch action {
        case .connect(let place, let replay):
            do throws(ZMQError) {
                links[place].replays.append(
                    try ReplaySocket(
                        replay, of: links[place].endpoint, largestRecord: largestRecord,
                        routingID: links[place].routingID, in: context))
                isPollerCurrent = false
            } catch { following.unreachable(place, replay: replay) }
        case .close(let place, let replay):
            links[place].replays.removeAll { $0.address == replay }
            isPollerCurrent = false
        case .send(let request, let place, let replay):
            guard let socket = links[place].replays.first(where: { $0.address == replay }) else { return }
            if try !socket.send(request) { following.unsent(place, replay: replay) }
        case .subscribe(let place, let toRecords): try links[place].live.subscribe(toRecords: toRecords)
        }
    }

    /// Tells the publisher of a stream that its end has arrived and everything before it is safe.
    public func acknowledgeEnd(of stream: String) throws(ZMQError) {
        following.acknowledgeEnd(of: stream)
        try act()
    }

    /// Tells all publishers that this follower has what it wanted and is leaving, so that they don't wait for it.
    public func acknowledgeAll() throws(ZMQError) {
        following.acknowledgeAll()
        try act()
    }
}
