/// A publisher that knows nothing of this protocol.

/// What belongs to a publisher without numbers: its messages are numbered as they arrive, under its endpoint's name. Pure.
struct ForeignPublisher {
    /// So many bytes are taken while there is no room; what comes beyond that is lost, and counted: it can't be asked for.
    static let roomWhilePaused = 4 << 20

    /// The number of its next message.
    private(set) var next: UInt64
    private(set) var isThere: Bool
    private var silence: Silence
    private var wasHeard = true
    private var takenWhilePaused = 0
    private var dropped: UInt64 = 0

    /// - Parameter cursor: how far it was taken before; nil: it isn't known.
    init(_ cursor: StreamCursor?, silence: Silence) {
        next = cursor?.next ?? 1
        isThere = cursor != nil
        self.silence = silence
    }

    /// A message of so many bytes.
    ///
    /// - Returns: its number; nil where it is dropped.
    mutating func receive(_ bytes: Int, isPaused: Bool) -> UInt64? {
        isThere = true
        wasHeard = true
        defer { next += 1 }
        if isPaused {
            takenWhilePaused += bytes
            if takenWhilePaused > Self.roomWhilePaused {
                dropped += 1
                return nil
            }
        } else {
            takenWhilePaused = 0
        }
        return next
    }

    /// How many messages were dropped since the last call.
    mutating func takeDropped() -> UInt64 {
        defer { dropped = 0 }
        return dropped
    }

    /// Whether it has now been silent for too long.
    mutating func hasFallenSilent(_ now: ContinuousClock.Instant) -> Bool {
        guard isThere else { return false }
        defer { wasHeard = false }
        return silence.look(now, wasHeard: wasHeard)
    }

    /// How long until silence is to be looked for; nil: never.
    var timeToSilence: Duration? { isThere ? silence.timeToLimit : nil }
}
