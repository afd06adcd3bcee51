/// When a connection has to be made again.
import ZeroMQ

/// libzmq makes a connection again that has broken off, but none on which something came that isn't ZeroMQ's protocol, or is
/// larger than it may be: whoever listens there is given up for good (`session_base_t::engine_error` in 4.3.4). That may be a
/// program that has the port by accident, and the right one comes later. So what isn't tried again is connected anew. Pure;
/// the caller has the clock.
struct Reconnecting {
    /// libzmq says at once that it tries again; after so long it isn't going to.
    static let pause = Duration.seconds(1)

    private var ended: ContinuousClock.Instant?

    mutating func note(_ event: ConnectionEvent, at now: ContinuousClock.Instant) {
        switch event {
        case .made, .retried: ended = nil
        case .ended, .unanswered, .refused, .mismatched: ended = now
        }
    }

    /// Whether it is to be connected anew now. Then that is taken to be done.
    mutating func isDue(at now: ContinuousClock.Instant) -> Bool {
        guard let ended, now - ended >= Self.pause else { return false }
        self.ended = nil
        return true
    }
}
