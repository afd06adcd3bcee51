/// What a program prints, taken apart while it runs.
import Foundation
import Synchronization

/// A value that takes lines as they come, and that can be waited for. So a test needn't keep all that was printed.
public final class Tally<Value: Sendable>: Sendable {
    private struct Waiter {
        let number: Int
        let isEnough: @Sendable (Value) -> Bool
        let continuation: CheckedContinuation<Void, Never>
    }

    private struct State {
        var value: Value
        /// What has come of the line that isn't complete.
        var rest = Data()
        var waiters: [Waiter] = []
        var waitersMade = 0
    }

    private let state: Mutex<State>
    private let takeLine: @Sendable (inout Value, Data) -> Void

    /// - Parameter take: gets each line, without its line feed.
    public init(_ value: Value, take: @escaping @Sendable (inout Value, Data) -> Void) {
        state = Mutex(State(value: value))
        takeLine = take
    }

    public var value: Value { state.withLock { $0.value } }

    /// The next bytes that were printed.
    public func take(_ block: ArraySlice<UInt8>) {
        let done = state.withLock { state -> [Waiter] in
            var rest = block
            while let length = Self.lengthOfLine(rest) {
                state.rest.append(contentsOf: rest.prefix(length))
                takeLine(&state.value, state.rest)
                state.rest.removeAll(keepingCapacity: true)
                rest = rest.dropFirst(length + 1)
            }
            state.rest.append(contentsOf: rest)
            let done = state.waiters.filter { $0.isEnough(state.value) }
            state.waiters.removeAll { waiter in done.contains { $0.number == waiter.number } }
            return done
        }
        for waiter in done { waiter.continuation.resume() }
    }

    /// By memchr(3): a debug build takes its time over each byte that it looks at itself.
    private static func lengthOfLine(_ bytes: ArraySlice<UInt8>) -> Int? {
        bytes.withUnsafeBytes { buffer in
            guard let start = buffer.baseAddress, let found = memchr(start, 0x0A, buffer.count) else { return nil }
            return UnsafeRawPointer(found) - start
        }
    }

    /// Waits until the value is enough, or the task is cancelled.
    public func wait(until isEnough: @escaping @Sendable (Value) -> Bool) async {
        let number = state.withLock { state in
            state.waitersMade += 1
            return state.waitersMade
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isWaiting = state.withLock { state in
                    if Task.isCancelled || isEnough(state.value) { return false }
                    state.waiters.append(Waiter(number: number, isEnough: isEnough, continuation: continuation))
                    return true
                }
                if !isWaiting { continuation.resume() }
            }
        } onCancel: {
            let waiter = state.withLock { state in
                let index = state.waiters.firstIndex { $0.number == number }
                return index.map { state.waiters.remove(at: $0) }
            }
            waiter?.continuation.resume()
        }
    }
}
