/// Where others hand something in, and are answered.
import Access
import Feed
import Threads
import ZeroMQ

/// A ROUTER socket, and who is to be answered. Used by the thread that made it and by no other.
final class DeskSocket {
    /// Who waits for an answer: the frames that it begins with.
    typealias Client = [[UInt8]]

    /// What came in one message. A REQ socket's has an empty frame in front, and so has the answer.
    struct Request {
        let client: Client
        let frames: [[UInt8]]
    }

    /// No request has more frames. What a stranger sends behind them is read and dropped, but for the first.
    private static let mostFrames = 3

    private let router: Socket
    private let access: AccessSocket?
    private var reported: Set<Notice> = []
    private var places = PlaceWatch(now: .now)
    private var poller = Poller()
    /// The same without the socket, for when nobody is heard.
    private var restingPoller = Poller()
    private var frame = Frame()

    /// - Parameters:
    ///   - point: what it is for.
    ///   - wakeup: ends ``wait(milliseconds:isHeard:)``, too.
    ///   - router: makes the socket.
    /// - Throws: ``ZMQError`` when the endpoint can't be bound.
    init(
        _ endpoint: String, as point: AccessPoint, keys: Keyring?, wakeup: Wakeup,
        _ router: (FeedContext) throws(ZMQError) -> Socket
    ) throws(ZMQError) {
        let context = try FeedContext(keys: keys)
        access = try context.accessSocket(for: endpoint)
        var router = try router(context)
        try context.bind(&router, to: endpoint, as: point)
        access?.watch(in: &poller)
        access?.watch(in: &restingPoller)
        _ = poller.add(router)
        _ = poller.add(descriptor: wakeup.descriptor)
        _ = restingPoller.add(descriptor: wakeup.descriptor)
        self.router = router
    }

    /// The endpoint as bound.
    var endpoint: String { router.lastEndpoint }

    /// The next request that is there; nil: there is none. Never blocks.
    func request() throws(ZMQError) -> Request? {
        guard try router.receive(into: &frame) else { return nil }
        var client = [frame.bytes]
        var frames: [[UInt8]] = []
        while frame.hasMore, try router.receive(into: &frame) {
            if client.count == 1 && frames.isEmpty && frame.bytes.isEmpty {
                client.append([])
            } else if frames.count <= Self.mostFrames {
                frames.append(frame.bytes)
            }
        }
        return Request(client: client, frames: frames)
    }

    /// Sends an answer. A client that has gone, or doesn't read, goes without.
    func answer(_ answer: [[UInt8]], to client: Client) throws(ZMQError) {
        let frames = client + answer
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
