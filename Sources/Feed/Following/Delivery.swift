/// What a follower hands on.

/// Something that happened in the streams followed, in order within each stream.
public enum Delivery: Sendable {
    /// A stream was heard of for the first time.
    case began(stream: String, endpoint: String)
    /// The next records.
    case records(LineBatch)
    /// So many records arrived a second time and were passed over.
    case duplicates(Int)
    /// Everything before this event time has been delivered, and the stream's clock has reached it.
    case time(stream: String, milliseconds: Int64)
    /// Records that nobody has any more.
    case lost(stream: String, count: UInt64)
    /// Everything the publisher said it had by then has been delivered; its `complete` is that of its control.
    case caughtUp(stream: String, complete: Bool)
    /// The stream has ended and everything in it has been delivered. It wants to be acknowledged.
    case ended(stream: String)
    /// Nothing at all has been heard of the stream for the time that was asked for. More may come.
    case idle(stream: String)
    /// The publisher has been replaced by another; nothing more of this stream will come.
    case vanished(stream: String)
    /// The stream has been heard of for the first time together with its first record's ``Fingerprint``.
    case recognized(stream: String, fingerprint: String)
    /// What is published under the stream's name isn't that stream; nothing is taken from it.
    case refused(stream: String, endpoint: String, reason: String)
    /// A publisher that doesn't number its records: they are numbered here, and losses can't be seen.
    case foreign(stream: String)

    /// The stream it is about; nil where it isn't about one.
    public var stream: String? {
        switch self {
        case .began(let stream, _), .time(let stream, _), .lost(let stream, _), .caughtUp(let stream, _),
            .ended(let stream), .idle(let stream), .vanished(let stream), .foreign(let stream),
            .recognized(let stream, _), .refused(let stream, _, _):
            stream
        case .records(let lines): lines.stream
        case .duplicates: nil
        }
    }
}
