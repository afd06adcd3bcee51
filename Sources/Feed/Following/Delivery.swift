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
    /// The publisher has been replaced by another, or nobody listens to where it published; nothing more of this stream will
    /// come.
    case vanished(stream: String)
    /// The stream has been heard of for the first time together with its first record's ``Fingerprint``.
    case recognized(stream: String, fingerprint: String)
    /// What is published under the stream's name isn't that stream; nothing is taken from it.
    case refused(stream: String, endpoint: String, reason: String)
    /// A publisher that doesn't number its records: they are numbered here, and losses can't be seen.
    case foreign(stream: String)
    /// Something that an endpoint's publisher does isn't taken. Said once for each kind.
    case ignored(endpoint: String, FollowingProblem)

    /// The stream it is about; nil where it isn't about one.
    public var stream: String? {
        switch self {
        case .began(let stream, _), .time(let stream, _), .lost(let stream, _), .caughtUp(let stream, _),
            .ended(let stream), .idle(let stream), .vanished(let stream), .foreign(let stream),
            .recognized(let stream, _), .refused(let stream, _, _):
            stream
        case .records(let lines): lines.stream
        case .duplicates, .ignored: nil
        }
    }
}

/// What a publisher may not do.
public enum FollowingProblem: Hashable, Sendable, CustomStringConvertible {
    /// A stream that another endpoint has already.
    case rival(stream: String, owner: String)
    /// What a consumer publishes, on an endpoint where messages are wanted.
    case workspace(stream: String)
    /// More open streams than are followed on one endpoint.
    case tooManyStreams(limit: Int)
    /// A control message that can't be read, or is too long.
    case unreadableControl
    /// More control messages than are read.
    case tooMuchControl(aSecond: Int)
    /// Something came that isn't ZeroMQ's protocol, or is larger than it may be.
    case unreadableConnection
    /// Somebody listens and doesn't say what a publisher says when it is connected to.
    case silentListener
    /// An endpoint doesn't let this program in.
    case notLetIn(address: String)
    /// An endpoint asks for keys, and this program has none; or the other way round.
    case otherKeys(address: String)
    /// Nobody answers questions, although the publisher is connected.
    case silentReplay(address: String)
    /// Replay endpoints beyond those that are connected to at a time.
    case tooManyReplayEndpoints(limit: Int)

    public var description: String {
        switch self {
        case .rival(let stream, let owner):
            "stream \(stream), or one whose name looks the same, comes from \(owner) already, and what is published here under this name isn't taken. Give each producer a --stream-id of its own"
        case .workspace(let stream):
            "stream \(stream) is a consumer's workspace, and not messages; it isn't taken: what follows from it would come back, for ever"
        case .tooManyStreams(let limit):
            "more than \(limit) streams are open here; nothing is taken from further ones"
        case .unreadableConnection:
            "whoever listens here sends what isn't ZeroMQ's protocol, or more in one message than is taken; connecting again and again"
        case .silentListener:
            "whoever listens here doesn't answer as a publisher does: it may be another program, a publisher that is stopped, or one whose key isn't the one that is known; connecting again and again"
        case .notLetIn(let address):
            "\(address) doesn't let this program in: its key isn't known there, or gives no right for it; trying again and again"
        case .otherKeys(let address):
            "\(address) asks for keys and this program has none, or the other way round (--keys); trying again and again"
        case .silentReplay(let address):
            "nobody has answered at the replay endpoint \(address) for \(Asker.silence.components.seconds) s; streams wait for records that only it can give. Something between may block that port, or another program has it; asking again and again"
        case .unreadableControl: "control messages that can't be read are passed over"
        case .tooMuchControl(let limit):
            "more than \(limit) control messages a second come from here; the rest is passed over"
        case .tooManyReplayEndpoints(let limit):
            "streams here name more than \(limit) replay endpoints; they are asked in turn"
        }
    }
}
