/// Where feedback comes in.
import Access
import Feed
import Threads
import ZeroMQ

/// The endpoint for feedback.
package struct FeedbackEndpoint: Hashable, Sendable {
    package let endpoint: String
    /// Nobody has asked for this one. Where somebody else has it, the daemon does without, and takes it as soon as it is free:
    /// another consumer on this machine is no reason not to run.
    package let isOptional: Bool

    /// Where feedback comes in if nobody says anything else.
    package static let usual = FeedbackEndpoint("tcp://127.0.0.1:5560", isOptional: true)

    package init(_ endpoint: String, isOptional: Bool = false) {
        self.endpoint = endpoint
        self.isOptional = isOptional
    }

    /// - Parameter text: an endpoint, `none` for nowhere; nil: nobody has said anything.
    package static func written(_ text: String?) -> FeedbackEndpoint? {
        switch text {
        case nil: usual
        case "none": nil
        case let endpoint?: FeedbackEndpoint(endpoint)
        }
    }
}

/// A ROUTER socket, and who is to be answered. Used by the thread that made it and by no other.
final class FeedbackSocket {
    /// What came in one message. A REQ socket's has an empty frame in front, and so has the answer.
    struct Request {
        let client: FeedbackDesk.Client
        let frames: [[UInt8]]
    }

    /// Requests heard in one turn.
    private static let requestsPerTurn = 32

    private let router: Socket
    private let access: AccessSocket?
    private var reported: Set<Notice> = []
    private var places = PlaceWatch(now: .now)
    private var poller = Poller()
    /// The same without the socket, for when nobody is heard.
    private var restingPoller = Poller()
    private var frame = Frame()

    /// - Parameter wakeup: ends ``wait(milliseconds:isHeard:)``, too.
    /// - Throws: ``ZMQError`` when the endpoint can't be bound.
    init(_ endpoint: FeedbackEndpoint, keys: Keyring?, wakeup: Wakeup) throws(ZMQError) {
        let context = try FeedContext(keys: keys)
        access = try context.accessSocket(for: endpoint.endpoint)
        var router = try FeedSocket.feedback(in: context)
        try context.bind(&router, to: endpoint.endpoint, as: .feedback)
        access?.watch(in: &poller)
        access?.watch(in: &restingPoller)
        _ = poller.add(router)
        _ = poller.add(descriptor: wakeup.descriptor)
        _ = restingPoller.add(descriptor: wakeup.descriptor)
        self.router = router
    }

    /// The endpoint as bound.
    var endpoint: String { router.lastEndpoint }

    /// Requests that are there, a turn's worth at most. Never blocks.
    func requests() throws(ZMQError) -> [Request] {
        var requests: [Request] = []
        while requests.count < Self.requestsPerTurn, try router.receive(into: &frame) {
            var client = [frame.bytes]
            var frames: [[UInt8]] = []
            while frame.hasMore, try router.receive(into: &frame) {
                if client.count == 1 && frames.isEmpty && frame.bytes.isEmpty {
                    client.append([])
                } else if frames.count < 3 {
                    // A request has two. Whatever a stranger sends behind them is read and dropped.
                    frames.append(frame.bytes)
                }
            }
            requests.append(Request(client: client, frames: frames))
        }
        return requests
    }

    /// Sends an answer. A client that has gone, or doesn't read, goes without.
    func answer(_ answer: SubmissionAnswer, to client: FeedbackDesk.Client) throws(ZMQError) {
        let frames = client + answer.frames
        for (index, frame) in frames.enumerated() {
            // Only the first can find no room; then nothing of the answer is sent.
            guard try router.send(frame, more: index < frames.count - 1) else { return }
        }
    }

    /// Lets in who has a key.
    ///
    /// - Returns: what has come up since the last call, each once, for whoever reads the log.
    func admit() throws(ZMQError) -> [Notice] {
        var notices: [Notice] = []
        try access?.serve { if reported.insert(Notice($0)).inserted { notices.append(Notice($0)) } }
        return notices
    }

    /// Blocks until something has come, or for so long.
    func wait(milliseconds: Int, isHeard: Bool) throws(ZMQError) {
        if isHeard {
            try poller.wait(milliseconds: milliseconds)
        } else {
            try restingPoller.wait(milliseconds: milliseconds)
        }
        if places.isDue(at: .now) { places.found(isRemoved: try router.bindAgainIfRemoved(router.lastEndpoint)) }
    }
}
