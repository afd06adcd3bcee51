/// Who is subscribed to what, and how often somebody is listened to who says so.

/// What subscribers have asked for on the live socket, and the pace at which they are heard. Pure: the time comes from the
/// caller.
struct Subscriptions {
    /// So many topics are remembered. Beyond it everybody counts as subscribed to everything.
    static let limit = 1024
    /// Messages heard without a pause. A subscriber sends a few when it connects; who sends more waits for his next turn, and
    /// so does everybody else.
    static let burst = 64
    /// How long a pause is, and how long at least from one control message to the next.
    static let pause = Duration.milliseconds(20)
    /// So many pauses, none of them a second after the one before, aren't a subscriber's that wants many topics.
    static let flood = 250
    /// How long subscribers are heard in one go: what they send may be costly inside libzmq, and records wait meanwhile.
    static let turn = Duration.milliseconds(1)

    /// Whether each subscriber is heard, also of a topic that somebody has already, and each end of a subscription.
    let areCounted: Bool
    /// How many are subscribed; 1 where they aren't counted.
    private var topics: [[UInt8]: Int] = [:]
    private var isOverflowing = false
    private var pausedUntil: ContinuousClock.Instant?
    private var burstBegan: ContinuousClock.Instant?
    private var heard = 0
    private var pauses = 0
    /// Whether somebody has sent without end.
    private(set) var isFlooded = false

    init(areCounted: Bool = false) { self.areCounted = areCounted }

    /// Takes a message from a subscriber: a 1 and a topic to subscribe, a 0 and a topic to take that back. Anything else is
    /// none of this protocol.
    ///
    /// - Returns: whether it was a subscription.
    mutating func apply(_ message: UnsafeRawBufferPointer) -> Bool {
        guard let first = message.first else { return false }
        let topic = Array(message.dropFirst())
        if first == 0, let count = topics[topic] { topics[topic] = areCounted && count > 1 ? count - 1 : nil }
        guard first == 1, !isOverflowing else { return first == 1 }
        if topics.count < Self.limit || topics[topic] != nil {
            topics[topic, default: 0] += 1
        } else {
            // What isn't remembered can't be taken back either.
            isOverflowing = true
            topics = [:]
        }
        return true
    }

    /// Whether anybody is subscribed to topics of that family.
    func contain(_ family: String) -> Bool {
        if isOverflowing { return true }
        let family = Array(family.utf8)
        return topics.keys.contains { $0.starts(with: family) || family.starts(with: $0) }
    }

    /// So many messages have been heard; decides on a pause.
    mutating func heard(_ count: Int, at now: ContinuousClock.Instant) {
        guard count > 0 else { return }
        if let began = burstBegan, now - began < Self.pause {
            heard += count
        } else {
            (burstBegan, heard) = (now, count)
        }
        guard heard > Self.burst else { return }
        pauses = pausedUntil.map { now - $0 < .seconds(1) } ?? false ? pauses + 1 : 1
        if pauses >= Self.flood { isFlooded = true }
        pausedUntil = now + Self.pause
        burstBegan = nil
    }

    /// How long nobody is heard; zero outside of a pause.
    func rest(at now: ContinuousClock.Instant) -> Duration {
        guard let pausedUntil, pausedUntil > now else { return .zero }
        return pausedUntil - now
    }
}
