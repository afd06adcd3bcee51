/// Where results of windows come in.
import Access
import Feed
import Threads
import ZeroMQ

/// A ROUTER socket, and who is to be answered. Used by the thread that made it and by no other.
final class ResultsSocket {
    /// A client, and the frames that it has sent.
    struct Message {
        let client: [UInt8]
        let frames: [[UInt8]]
    }

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
    init(_ endpoint: String, in context: FeedContext, wakeup: Wakeup) throws(ZMQError) {
        access = try context.accessSocket(for: endpoint)
        var router = try FeedSocket.results(in: context)
        try context.bind(&router, to: endpoint, as: .results)
        access?.watch(in: &poller)
        access?.watch(in: &restingPoller)
        _ = poller.add(router)
        _ = poller.add(descriptor: wakeup.descriptor)
        _ = restingPoller.add(descriptor: wakeup.descriptor)
        self.router = router
    }

    /// The endpoint as bound.
    var endpoint: String { router.lastEndpoint }

    /// The next message that is there; nil: there is none. Never blocks.
    func receive() throws(ZMQError) -> Message? {
        guard try router.receive(into: &frame) else { return nil }
        let client = frame.bytes
        var frames: [[UInt8]] = []
        while frame.hasMore, try router.receive(into: &frame) {
            // A request has three. Whatever a stranger sends behind them is read and dropped.
            if frames.count < 4 { frames.append(frame.bytes) }
        }
        return Message(client: client, frames: frames)
    }

    /// Sends an answer. A client that has gone, or doesn't read, goes without, and gives the same again.
    func answer(_ answer: ResultsAnswer, to client: [UInt8]) throws(ZMQError) {
        let frames = [client] + answer.frames
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
