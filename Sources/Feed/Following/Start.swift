/// Where to begin in a stream that wasn't followed before.

public enum Start: Hashable, Sendable {
    /// At the first record.
    case beginning
    /// With what comes from now on.
    case now
    /// With the last so many records, or those of them that are still kept.
    case last(UInt64)
    /// At a record's number.
    case sequence(UInt64)
}
