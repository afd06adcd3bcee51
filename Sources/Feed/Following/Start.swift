/// Where to begin in a stream that wasn't followed before.

public enum Start: Hashable, Sendable {
    /// At the first record.
    case beginning
    /// With what comes from now on.
    case now
    /// At a record's number.
    case sequence(UInt64)
}
