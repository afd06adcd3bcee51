/// Work that blocks gets a thread of its own, away from Swift's cooperative pool.
import Foundation
import Synchronization

/// Starts a thread. The system shows its name, too, as in `ps -L`.
///
/// - Parameter name: of up to 15 bytes.
public func startThread(_ name: String, _ body: @escaping @Sendable () -> Void) {
    Thread {
        // Only a thread's own name gets to the system.
        Thread.current.name = name
        body()
    }.start()
}

/// Runs `body` on a new thread and waits for it without blocking one of the pool's.
///
/// - Throws: what `body` throws.
public func onOwnThread<Result: Sendable>(
    _ name: String, _ body: @escaping @Sendable () throws -> Result
) async throws -> Result {
    try await withCheckedThrowingContinuation { continuation in
        let work = Work(body)
        startThread(name) { continuation.resume(with: work.run()) }
    }
}

/// Work that is done once. A thread holds on to what it was given until it has ended, and it ends after others have heard of
/// its result: what the work holds, a store that is to be closed, has to be gone by then.
private final class Work<Result: Sendable>: Sendable {
    private let body: Mutex<(@Sendable () throws -> Result)?>

    init(_ body: @escaping @Sendable () throws -> Result) { self.body = Mutex(body) }

    func run() -> Swift.Result<Result, any Error> {
        guard let body = body.withLock({ $0.take() }) else { return .failure(CancellationError()) }
        return Swift.Result { try body() }
    }
}
