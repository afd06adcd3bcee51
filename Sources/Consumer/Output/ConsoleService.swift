/// The thread that writes results to standard output.
import Common
import Feed
import Logging
import ServiceLifecycle
import ZeroMQ

/// Prints what it is handed, in order. A reader that is slow makes the daemon wait; one that goes away is reported and
/// then done without, since the workspace has other subscribers.
struct ConsoleService: Service {
    /// Text waits for the thread up to this size, in bytes.
    static let queueLimit = 4 << 20

    private let queue: BoundedQueue<[UInt8]>
    private let stop: StopSignal
    private let logger: Logger

    init(queue: BoundedQueue<[UInt8]>, logger: Logger) {
        self.queue = queue
        stop = StopSignal(wakeup: queue.wakeup)
        self.logger = logger
    }

    func run() async throws {
        defer { queue.close() }
        try await onOwnThread("console", until: stop) { [self] in try print() }
    }

    private func print() throws {
        let output = StandardOutput()
        var poller = Poller()
        _ = poller.add(descriptor: queue.wakeup.descriptor)
        var isClosed = false
        var isStopping = false
        while !isStopping {
            isStopping = stop.isSet
            for text in queue.takeAll() where !isClosed {
                switch try output.write(text, isStopped: { stop.isSet }) {
                case .written: break
                // A stop gives up on a reader that takes nothing, not on text that can still be written.
                case .stopped: return
                case .closed:
                    isClosed = true
                    logger.warning("Nobody reads standard output any more: nothing will be printed there")
                }
            }
            if !isStopping {
                try poller.wait(milliseconds: -1)
                queue.wakeup.clear()
            }
        }
    }
}
