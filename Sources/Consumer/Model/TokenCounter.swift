/// Numbers the pieces of an answer.
import Synchronization

/// Counts from 0.
final class TokenCounter: Sendable {
    private let value = Atomic(0)

    func next() -> Int { value.wrappingAdd(1, ordering: .relaxed).oldValue }
}
