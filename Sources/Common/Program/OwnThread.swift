/// Work that blocks gets a thread of its own, away from Swift's cooperative pool.
import Foundation

/// Runs `body` on a new thread and waits for it without blocking one of the pool's.
///
/// - Throws: what `body` throws.
public func onOwnThread<Result: Sendable>(
    _ name: String, _ body: @escaping @Sendable () throws -> Result
) async throws -> Result {
    try await withCheckedThrowingContinuation { continuation in
        let thread = Thread {
            continuation.resume(with: Swift.Result { try body() })
        }
        thread.name = name
        thread.start()
    }
}
