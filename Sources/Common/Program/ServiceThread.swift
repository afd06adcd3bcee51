/// A thread as a service.
import ServiceLifecycle
import Threads

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
