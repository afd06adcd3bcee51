/// How far a stream has been taken, for those who come back.

/// A place in a stream that outlives the process.
public struct StreamCursor: Hashable, Sendable {
    public var stream: String
    /// Where the stream comes from.
    public var endpoint: String
    /// The number of the next record.
    public var next: UInt64
    public var hasEnded: Bool
    /// Its first record's ``Fingerprint``; nil where it isn't known.
    public var fingerprint: String?
    /// The ``Fingerprint`` of the record before ``next``, by which the publisher shows that it still has this stream; nil
    /// where it isn't known.
    public var last: String?

    public init(
        stream: String, endpoint: String, next: UInt64, hasEnded: Bool = false, fingerprint: String? = nil,
        last: String? = nil
    ) {
        self.stream = stream
        self.endpoint = endpoint
        self.next = next
        self.hasEnded = hasEnded
        self.fingerprint = fingerprint
        self.last = last
    }
}
