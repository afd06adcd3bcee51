/// The asking side of replay, for one replay endpoint.
import ZeroMQ

/// Asks a publisher for records, one question at a time, and asks again when no answer comes.
final class ReplayClient {
    /// The most bytes of records asked for at once.
    static let budget: UInt64 = 1 << 20
    /// Room for the budget and the longest line that a publisher sends.
    private static let largestAnswer = 64 << 20
    /// After this long without an answer the question is asked again; doubled each time, up to ``longestPatience``, so
    /// that a publisher that was stopped for a minute doesn't find a hundred copies of it.
    private static let patience = Duration.seconds(2)
    private static let longestPatience = Duration.seconds(10)

    let endpoint: String
    let socket: Socket
    /// The stream whose question is out.
    private(set) var asking: String?
    private var askedFrom: UInt64 = 0
    private var deadline = ContinuousClock.now
    private var patience = ReplayClient.patience
    private let clock = ContinuousClock()
    private var frame = Frame()
    private var records = Frame()

    init(endpoint: String, routingID: [UInt8], in context: Context) throws(ZMQError) {
        self.endpoint = endpoint
        socket = try Socket(.dealer, in: context)
        try socket.setRoutingID(routingID)
        // Without this, questions to an absent publisher would pile up and all be answered when it comes.
        try socket.set(.immediate, 1)
        // A last acknowledgement still goes out.
        try socket.set(.linger, 500)
        try socket.set(.maximumMessageSize, Self.largestAnswer)
        try socket.set(.heartbeatInterval, 5000)
        try socket.set(.heartbeatTimeout, 15_000)
        try socket.connect(endpoint)
    }

    /// Sends a question. One that can't be sent now (nobody connected yet) is tried again soon.
    func ask(_ stream: String, from sequence: UInt64, fingerprint: String?) throws(ZMQError) {
        asking = stream
        askedFrom = sequence
        let isSent = try send(.fetch(stream: stream, from: sequence, budget: Self.budget, fingerprint: fingerprint))
        deadline = clock.now + (isSent ? patience : .milliseconds(20))
        if isSent { patience = min(patience * 2, Self.longestPatience) }
    }

    /// Sends a request that has no answer; one that can't be sent is dropped.
    @discardableResult
    func send(_ request: ReplayRequest) throws(ZMQError) -> Bool {
        let frames = request.frames
        for (index, frame) in frames.enumerated() {
            guard try socket.send(frame, more: index < frames.count - 1) else { return false }
        }
        return true
    }

    /// The next answer, when one is there. The records of a batch aren't in it but in the client; see ``withRecords(_:)``.
    func receive() throws(ZMQError) -> ReplayAnswer? {
        while try socket.receive(into: &frame) {
            var frames = [frame.bytes]
            var hasMore = frame.hasMore
            while hasMore {
                if frames.count == 4 {
                    // The records of a batch: many, and copied only once, to where they are needed.
                    guard try socket.receive(into: &records) else { break }
                    hasMore = records.hasMore
                    frames.append([])
                } else {
                    guard try socket.receive(into: &frame) else { break }
                    hasMore = frame.hasMore
                    if frames.count < 6 { frames.append(frame.bytes) }
                }
            }
            guard let answer = ReplayAnswer(frames: frames) else { continue }
            // The late answer to a question that was asked again: taking it would put one more question on the way.
            if case .batch(let stream, let first, _, _) = answer, stream != asking || first != askedFrom { continue }
            asking = nil
            patience = Self.patience
            return answer
        }
        return nil
    }

    /// The records of the batch that ``receive()`` has returned last, joined by line feeds.
    func withRecords<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R { try records.withBytes(body) }

    /// How long until the question out has waited too long; nil when none is out.
    var timeToDeadline: Duration? {
        asking == nil ? nil : max(.zero, deadline - clock.now)
    }

    /// Gives up on the question out when it has waited too long.
    /// - Returns: its stream.
    func timeOut() -> String? {
        guard let stream = asking, deadline <= clock.now else { return nil }
        asking = nil
        return stream
    }
}
