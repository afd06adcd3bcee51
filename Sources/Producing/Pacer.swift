/// When each message is due.
import Chat

/// Turns event time into real time: message i is due at `start + (tᵢ − t₀) / speed`. Pure; the caller has the clock, and
/// counts real time from whatever moment it likes.
///
/// Every due time is worked out from the start, so that errors don't add up.
struct Pacer {
    /// How much faster than event time; 0: everything is due at once.
    let speed: Double
    private var start: (real: Duration, event: Timestamp)?
    /// The latest timestamp published, and when that was.
    private var latest: (real: Duration, event: Timestamp)?

    /// A message further ahead than this, in milliseconds, may be a mistake: waiting for it would keep everything behind it.
    private static let leap: Int64 = 3_600_000

    /// A thousand years, in milliseconds: no speed makes a time that can't be counted.
    private static let longest = 1000 * 366 * 86_400_000.0

    init(speed: Double) { self.speed = speed }

    /// When a message is due. The first one is due now; one that goes back in time is due now, too.
    mutating func due(_ time: Timestamp, now: Duration) -> Duration {
        guard speed > 0 else { return now }
        guard let start else {
            self.start = (now, time)
            return now
        }
        let milliseconds = Double(time.milliseconds - start.event.milliseconds) / speed
        return start.real + .milliseconds(min(max(0, milliseconds), Self.longest))
    }

    /// Whether a message is so far ahead that the one behind it has to say whether time has really jumped.
    func isLeap(_ time: Timestamp) -> Bool {
        latest.map { time.milliseconds - $0.event.milliseconds > Self.leap } ?? false
    }

    /// Whether the next message shows that a leap was none: it is neither near it nor beyond it.
    func isDenied(_ leap: Timestamp, by next: Timestamp) -> Bool {
        next.milliseconds < leap.milliseconds - Self.leap
    }

    /// A message has been published.
    mutating func published(_ time: Timestamp, now: Duration) {
        if latest.map({ time >= $0.event }) ?? true { latest = (now, time) }
    }

    /// From here on messages are due as if the latest had been published now.
    mutating func goOn(now: Duration) {
        guard let latest else { return }
        start = (now, latest.event)
        self.latest = (now, latest.event)
    }

    /// Event time reached while the next message, which is known, isn't due yet: it goes on until just before that one.
    func reached(before next: Timestamp, now: Duration) -> Timestamp? {
        guard let latest else { return nil }
        guard speed > 0, let start else { return latest.event }
        let passed = (now - start.real).inMilliseconds * speed
        let reached = Timestamp(milliseconds: start.event.milliseconds + Int64(min(passed, Self.longest)))
        // Its own time is reached when it comes: somebody may have been silent for exactly so long until then.
        let before = Timestamp(milliseconds: max(next.milliseconds, .min + 1) - 1)
        return max(latest.event, min(reached, before))
    }

    /// Event time reached while nobody knows what comes next, as on a pipe that is silent: it goes on as a clock on the
    /// wall does, or slower where the stream is slower. It doesn't run at a higher speed: a chat that is written now
    /// isn't written faster because it is played faster.
    func reached(now: Duration) -> Timestamp? {
        guard let latest else { return nil }
        let passed = (now - latest.real).inMilliseconds * min(speed, 1)
        return Timestamp(milliseconds: latest.event.milliseconds + Int64(passed))
    }
}

extension Duration {
    /// Milliseconds with their fraction.
    var inMilliseconds: Double {
        Double(components.seconds) * 1000 + Double(components.attoseconds) / 1e15
    }
}
