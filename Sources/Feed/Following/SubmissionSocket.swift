/// The socket that feedback goes out by.
import ZeroMQ

/// A DEALER socket to one consumer. Used by the thread that made it and by no other.
public final class SubmissionSocket {
    private let connection: Connection
    private var frame = Frame()

    /// Connects; the consumer may come later.
    ///
    /// - Throws: ``ZMQError`` when the endpoint can't be understood.
    public init(_ endpoint: String, in context: FeedContext) throws(ZMQError) {
        connection = try Connection(try FeedSocket.submitter(in: context), to: endpoint, in: context)
    }

    public func watch(in poller: inout Poller) { _ = poller.add(connection.socket) }

    /// Looks after the connection: to be called every second or so.
    public func look() throws(ZMQError) { try connection.look(at: .now) }

    /// - Returns: false when nobody is there, or there is no room; nothing was sent then.
    public func send(_ request: SubmissionRequest) throws(ZMQError) -> Bool {
        let frames = request.frames
        for (index, part) in frames.enumerated() {
            guard try connection.socket.send(part, more: index < frames.count - 1) else { return false }
        }
        return true
    }

    /// The next answer; nil when there is none. Never blocks.
    public func receive() throws(ZMQError) -> SubmissionAnswer? {
        while try connection.socket.receive(into: &frame) {
            var frames = [frame.bytes]
            while frame.hasMore, try connection.socket.receive(into: &frame) {
                // An answer has three. Whatever a stranger sends behind them is read and dropped.
                if frames.count < 4 { frames.append(frame.bytes) }
            }
            if let answer = SubmissionAnswer(frames: frames) { return answer }
        }
        return nil
    }
}
