/// The subscribing side of a feed: every record of every stream, once and in order.
import Common
import Glibc
import ZeroMQ

/// Follows all streams on some endpoints. Used by the thread that made it and by no other.
public final class Follower {
    private let subscriptions: [Subscription]
    private var poller = Poller()
    private var watched = -1
    private var watchOthers: (inout Poller) -> Void = { _ in }

    /// Connects to each endpoint; publishers may come later.
    ///
    /// - Parameters:
    ///   - start: where to begin in streams that aren't known.
    ///   - cursors: streams that are known; they go on where they were left.
    ///   - identity: by which publishers know this follower again; at the end they wait for each that they know.
    ///   - idleTimeout: a publisher of which nothing has been heard for so long is reported; nil: it isn't.
    /// - Throws: ``ZMQError`` when an endpoint can't be understood.
    public init(
        endpoints: [String], from start: Start, resuming cursors: [StreamCursor] = [],
        identity: [UInt8] = Follower.newIdentity(), idleTimeout: Duration? = nil, in context: Context
    ) throws {
        // The first byte of a routing id must not be zero (ZMQ_ROUTING_ID).
        let routingID = [UInt8(1)] + identity.prefix(15)
        subscriptions = try endpoints.map {
            let endpoint = $0
            return try Subscription(
                endpoint: endpoint, from: start, resuming: cursors.filter { $0.endpoint == endpoint },
                idleTimeout: idleTimeout, routingID: routingID, in: context)
        }
    }

    /// An identity that no other follower has.
    public static func newIdentity() -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        return (0..<15).map { _ in UInt8.random(in: 0...255, using: &generator) }
    }

    /// Whether every endpoint has been heard from and every stream heard of has ended.
    public var hasEnded: Bool { subscriptions.allSatisfy(\.hasEnded) }

    /// Has the wait of ``poll(milliseconds:wakeup:into:)`` end also when something arrives elsewhere.
    ///
    /// - Parameter watch: adds the sockets to a poller, perhaps several times. They stay open for as long as there is
    ///   polling.
    public func alsoWatch(_ watch: @escaping (inout Poller) -> Void) {
        watchOthers = watch
        watched = -1
    }

    /// Waits for something to arrive, `wakeup`, or `milliseconds`; then takes what is there.
    ///
    /// - Parameter deliveries: what happened is appended here, in order.
    /// - Throws: ``ZMQError`` when a socket isn't usable any more.
    public func poll(
        milliseconds: Int, wakeup: Wakeup, into deliveries: inout [Delivery]
    ) throws(ZMQError) {
        let sockets = subscriptions.reduce(0) { $0 + $1.socketCount }
        if watched != sockets {
            poller = Poller()
            _ = poller.add(descriptor: wakeup.descriptor)
            for subscription in subscriptions { subscription.watch(in: &poller) }
            watchOthers(&poller)
            watched = sockets
        }
        var patience = milliseconds
        for subscription in subscriptions {
            if let deadline = subscription.timeToDeadline { patience = min(patience, deadline.milliseconds + 1) }
        }
        try poller.wait(milliseconds: patience)
        wakeup.clear()
        for subscription in subscriptions { try subscription.take(into: &deliveries) }
    }

    /// Tells the publisher of a stream that its end has arrived and everything before it is safe.
    public func acknowledgeEnd(of stream: String) throws(ZMQError) {
        for subscription in subscriptions { try subscription.acknowledgeEnd(of: stream) }
    }

    /// Tells all publishers that this follower has what it wanted and is leaving, so that they don't wait for it.
    public func acknowledgeAll() throws(ZMQError) {
        for subscription in subscriptions { try subscription.acknowledgeAll() }
    }

    /// Tells publishers that this follower is still there although it asks for nothing, so that they don't leave.
    /// To be called each second or so while ``poll(milliseconds:wakeup:into:)`` isn't.
    public func hold() throws(ZMQError) {
        for subscription in subscriptions { try subscription.hold() }
    }
}

extension Duration {
    /// Whole milliseconds, rounded down.
    public var milliseconds: Int {
        Int(components.seconds) * 1000 + Int(components.attoseconds / 1_000_000_000_000_000)
    }
}
