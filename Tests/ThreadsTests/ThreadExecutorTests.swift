/// Tasks on a thread of their own.
import Foundation
import Synchronization
import Testing
import Threads

@Suite("A thread for tasks", .timeLimit(.minutes(1)))
struct ThreadExecutorTests {
    @Test("A task stays on its thread, whatever it waits for")
    func oneThread() async {
        let names = await withTaskExecutorPreference(ThreadExecutor("own")) {
            var names: Set<String> = []
            for _ in 0..<100 {
                await Task.yield()
                await withCheckedContinuation { continuation in
                    Task.detached { continuation.resume() }
                }
                names.insert(threadName())
            }
            return names
        }
        #expect(names == ["own"])
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

/// As the system has it.
private func threadName() -> String {
    let text = try? String(contentsOfFile: "/proc/thread-self/comm", encoding: .utf8)
    return text.map { String($0.dropLast()) } ?? ""
}
