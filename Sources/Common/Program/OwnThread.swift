/// Work that blocks gets a thread of its own, away from Swift's cooperative pool.
import Foundation
import ServiceLifecycle

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

/// Runs `body` on a new thread, as a service does that a shutdown or a cancellation stops by `stop`.
///
/// - Parameter onShutdown: called when a shutdown begins, before the thread is told.
/// - Throws: what `body` throws.
public func onOwnThread<Result: Sendable>(
    _ name: String, until stop: StopSignal, onShutdown: @escaping @Sendable () -> Void = {},
    _ body: @escaping @Sendable () throws -> Result
) async throws -> Result {
    try await withTaskCancellationHandler {
        try await withGracefulShutdownHandler {
            try await onOwnThread(name, body)
        } onGracefulShutdown: {
            onShutdown()
            stop.set()
        }
    } onCancel: {
        stop.set()
    }
}
