/// Waiting for several sockets and file descriptors at once.
import CZMQ
import Glibc

/// What a thread blocks on: zmq_poll(3) over its sockets and descriptors.
///
/// A poller holds sockets by handle: it must not be used after one of them has closed.
@safe public struct Poller {
    private var items: [zmq_pollitem_t]

    public init() { unsafe items = [] }

    /// Watches `socket` for something to read.
    /// - Returns: the index to pass to ``isReady(_:)``.
    public mutating func add(_ socket: borrowing Socket) -> Int {
        unsafe items.append(zmq_pollitem_t(socket: socket.handle, fd: 0, events: Int16(ZMQ_POLLIN), revents: 0))
        return unsafe items.count - 1
    }

    /// Watches a file descriptor for something to read.
    /// - Returns: the index to pass to ``isReady(_:)``.
    public mutating func add(descriptor: Int32) -> Int {
        unsafe items.append(zmq_pollitem_t(socket: nil, fd: descriptor, events: Int16(ZMQ_POLLIN), revents: 0))
        return unsafe items.count - 1
    }

    /// Blocks until something is ready or `milliseconds` have passed (negative: for as long as it takes).
    ///
    /// A signal ends the wait early, like a timeout.
    /// - Throws: ``ZMQError`` when a socket isn't usable any more.
    public mutating func wait(milliseconds: Int) throws(ZMQError) {
        let ready = unsafe zmq_poll(&items, Int32(items.count), milliseconds)
        guard ready < 0 else { return }
        let code = zmq_errno()
        for index in unsafe items.indices { unsafe items[index].revents = 0 }
        if code != EINTR { throw ZMQError("zmq_poll", code: code) }
    }

    /// Whether the item of that index had something to read after the last ``wait(milliseconds:)``.
    public func isReady(_ index: Int) -> Bool { unsafe items[index].revents != 0 }
}
