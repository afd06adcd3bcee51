/// Tasks on a thread of their own.
import Dispatch
import Synchronization

/// Runs the tasks that prefer it on one thread, one after the other.
///
/// Memory belongs to the thread that has asked for it: what one of the pool's threads has let go of, another one can't use. A task
/// that holds much, and is moved from thread to thread, can so take up twice as much as it has.
public final class ThreadExecutor: TaskExecutor {
    private let jobs = Jobs()

    /// - Parameter name: the thread's.
    public init(_ name: String) {
        startThread(name) { [jobs] in
            while let (job, executor) = jobs.next() { job.runSynchronously(on: executor) }
        }
    }

    deinit { jobs.close() }

    public func enqueue(_ job: consuming ExecutorJob) { jobs.append(UnownedJob(job), for: asUnownedTaskExecutor()) }
}

/// What is to be run. The thread holds on to this and not to the executor, so that it ends with it.
private final class Jobs: Sendable {
    private struct State {
        var waiting: [(job: UnownedJob, executor: UnownedTaskExecutor)] = []
        var isClosed = false
    }

    private let state = Mutex(State())
    private let ready = DispatchSemaphore(value: 0)

    func append(_ job: UnownedJob, for executor: UnownedTaskExecutor) {
        state.withLock { $0.waiting.append((job, executor)) }
        ready.signal()
    }

    func close() {
        state.withLock { $0.isClosed = true }
        ready.signal()
    }

    /// The next one, once there is one; nil when there won't be any.
    func next() -> (UnownedJob, UnownedTaskExecutor)? {
        while true {
            ready.wait()
            let (next, isClosed) = state.withLock { state in
                (state.waiting.isEmpty ? nil : state.waiting.removeFirst(), state.isClosed)
            }
            if let next { return next }
            if isClosed { return nil }
        }
    }
}
