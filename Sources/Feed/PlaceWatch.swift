/// Looking after the files of sockets.

/// Says when it is to be looked whether sockets' files are still there: programs that tidy up remove files that nobody has
/// written to for days. A file that is removed again and again isn't made anew for ever: each time costs a descriptor.
public struct PlaceWatch: Sendable {
    static let interval = Duration.seconds(10)
    private static let most = 100

    private var lookedAt: ContinuousClock.Instant
    private var removed = 0

    public init(now: ContinuousClock.Instant) { lookedAt = now }

    /// Whether any was missing.
    public var wasRemoved: Bool { removed > 0 }

    /// Whether it is time to look; then it is for a while not.
    public mutating func isDue(at now: ContinuousClock.Instant) -> Bool {
        guard now - lookedAt >= Self.interval, removed < Self.most else { return false }
        lookedAt = now
        return true
    }

    /// It was looked.
    public mutating func found(isRemoved: Bool) { if isRemoved { removed += 1 } }
}
