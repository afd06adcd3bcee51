/// The socket that questions go out by.
import ZeroMQ

/// A DEALER socket that knows frames, and nothing of what they mean. Used by the thread that made it and by no other.
final class ReplaySocket {
    let address: String
    private let connection: Connection
    private var frame = Frame()
    private var records = Frame()

    /// Connects, now or as soon as somebody listens there.
    ///
    /// - Parameter endpoint: where the publisher is that has named this address.
    init(
        _ address: String, of endpoint: String, largestRecord: Int, routingID: [UInt8], in context: FeedContext
    ) throws(ZMQError) {
        self.address = address
        let socket = try FeedSocket.asker(largestRecord: largestRecord, routingID: routingID, in: context)
        connection = try Connection(socket, to: address, knownBy: endpoint, in: context)
    }

    func watch(in poller: inout Poller) { _ = poller.add(connection.socket) }

    /// Looks after the connection: to be called every second or so.
    func look(at now: ContinuousClock.Instant) throws(ZMQError) { try connection.look(at: now) }

    /// Why there is no connection, where it is keys.
    var refusal: FollowingProblem? { connection.refusal }

    /// Throws away answers that are there: whoever gave them isn't there any more. More than so many can't be: the queue is
    /// shorter.
    func discard(upTo count: Int) throws(ZMQError) {
        for _ in 0..<count { guard try receive({ _, _ in }) else { return } }
    }

    /// Sends a request.
    ///
    /// - Returns: false when it can't be sent now.
    func send(_ request: ReplayRequest) throws(ZMQError) -> Bool {
        let frames = request.frames
        for (index, frame) in frames.enumerated() {
            guard try connection.socket.send(frame, more: index < frames.count - 1) else { return false }
        }
        return true
    }

    /// Calls `body` with the next answer, if there is one, and a batch's records: they aren't in the answer, since they are
    /// many, and are copied only once, to where they are needed. Never blocks.
    ///
    /// - Returns: whether there was a message, an answer or not.
    func receive(_ body: (ReplayAnswer, _ records: UnsafeRawBufferPointer) -> Void) throws(ZMQError) -> Bool {
        guard try connection.socket.receive(into: &frame) else { return false }
        var frames = [frame.bytes]
        var hasMore = frame.hasMore
        while hasMore {
            if frames.count == ReplayAnswer.recordsFrame {
                guard try connection.socket.receive(into: &records) else { break }
                hasMore = records.hasMore
                frames.append([])
            } else {
                guard try connection.socket.receive(into: &frame) else { break }
                hasMore = frame.hasMore
                // An answer has at most five frames, and all but the records are short.
                if frames.count <= ReplayAnswer.recordsFrame + 1 { frames.append(frame.bytes) }
            }
        }
        guard let answer = ReplayAnswer(frames: frames) else { return true }
        records.withBytes { body(answer, $0) }
        // One large record needn't be kept until the next answer.
        if records.count > Int(Asker.budget) * 2 { records = Frame() }
        return true
    }
}
