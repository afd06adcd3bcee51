/// The thread that writes results to standard output.
import Common
import Logging
import ServiceLifecycle
import Terminal
import Threads
import ZeroMQ

/// Prints what it is handed, in order. A reader that is slow makes the daemon wait; one that goes away is reported and
/// then done without, since the workspace has other subscribers. Below it stands the status line, where there is one.
struct ConsoleService: Service {
    /// Text waits for the thread up to this size, in bytes.
    static let queueLimit = 4 << 20

    private let queue: BoundedQueue<[UInt8]>
    private let status: StatusBoard?
    private let progress: StageProgress
    private let stop: StopSignal
    private let logger: Logger

    /// - Parameters:
    ///   - status: what the status line shows; nil: there is none.
    ///   - stages: where progress is noted.
    init(queue: BoundedQueue<[UInt8]>, status: StatusBoard? = nil, stages: Stages = Stages(), logger: Logger) {
        self.queue = queue
        self.status = status
        progress = stages.stage("console") { !queue.isEmpty }
        stop = StopSignal(wakeup: queue.wakeup)
        self.logger = logger
    }

    func run() async throws {
        defer {
            queue.close()
            progress.end()
        }
        try await onOwnThread("console", until: stop) { [self] in try print() }
    }

    private func print() throws {
        let output = StandardOutput()
        var poller = Poller()
        _ = poller.add(descriptor: queue.wakeup.descriptor)
        var drawing = StatusDrawing()
        var isClosed = false
        var isStopping = false
        while !isStopping {
            isStopping = stop.isSet
            progress.note()
            // Of what was queued before the stop nothing is left out; the status line is gone then.
            let line = isStopping ? nil : status?.line(columns: StatusDrawing.room(of: StandardOutput.columns))
            for text in drawing.around(queue.takeAll(), line, at: .now) where !isClosed {
                // A reader that takes its time isn't a hang.
                switch try output.write(
                    text, onWait: { progress.waiting(for: .reader) }, isStopped: { stop.isSet })
                {
                case .written: break
                // A stop gives up on a reader that takes nothing, not on text that can still be written.
                case .stopped: return
                case .closed:
                    isClosed = true
                    logger.warning("Nobody reads standard output any more: nothing will be printed there")
                }
            }
            if !isStopping {
                progress.idle()
                // Time goes on in the status line also when nothing comes.
                try poller.wait(milliseconds: line == nil ? -1 : StatusDrawing.interval.milliseconds)
                queue.wakeup.clear()
            }
        }
    }
}
