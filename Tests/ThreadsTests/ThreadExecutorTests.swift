/// Tasks on a thread of their own.
import Foundation
import Synchronization
import Testing
import Threads

@Suite("A thread for tasks", .timeLimit(.minutes(1)))
struct ThreadExecutorTests {
    @Test("A task stays on its thread, whatever it waits for")
    func oneThread() async {
        let (threads, names) = await withTaskExecutorPreference(ThreadExecutor("own")) {
            var (threads, names): (Set<String>, Set<String>) = ([], [])
            for _ in 0..<100 {
                await Task.yield()
                await withCheckedContinuation { continuation in
                    Task.detached { continuation.resume() }
                }
                threads.insert(thread())
                names.insert(threadName())
            }
            return (threads, names)
        }
        #expect(threads.count == 1)
        #expect(!threads.contains(thread()))
        // Where the thread sanitizer watches, the system isn't told.
        if ProcessInfo.processInfo.environment["TSAN_OPTIONS"] == nil { #expect(names == ["own"]) }
        #expect(threadName() != "own")
    }

    @Test("What is queued runs in order, and the thread ends with its executor")
    func order() async {
        weak var gone: ThreadExecutor?
        let numbers = Numbers()
        do {
            let executor = ThreadExecutor("own")
            gone = executor
            await withTaskGroup(of: Void.self) { group in
                for number in 0..<1000 {
                    group.addTask(executorPreference: executor) { numbers.add(number) }
                }
            }
        }
        #expect(numbers.all == Array(0..<1000))
        #expect(gone == nil)
    }
}

private final class Numbers: Sendable {
    private let numbers = Mutex<[Int]>([])

    func add(_ number: Int) { numbers.withLock { $0.append(number) } }
    var all: [Int] { numbers.withLock { $0 } }
}

/// The thread that runs this, as the system calls it.
private func thread() -> String {
    (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/thread-self")) ?? ""
}

private func threadName() -> String {
    let text = try? String(contentsOfFile: "/proc/thread-self/comm", encoding: .utf8)
    return text.map { String($0.dropLast()) } ?? ""
}
