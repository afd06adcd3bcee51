/// What can go wrong in the feed beside libzmq's own errors.

public enum FeedError: Error, Hashable, Sendable, CustomStringConvertible {
    /// A stream id that the protocol has no room for.
    case badStreamID(String)

    public var description: String {
        switch self {
        case .badStreamID(let id): "a stream id has 1 to \(Position.streamLimit) bytes: \"\(id)\" has \(id.utf8.count)"
        }
    }
}
