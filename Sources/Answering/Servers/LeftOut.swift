/// Questions that leave out what a server refuses.
import Synchronization

/// What a server has refused, and is asked without from then on.
final class LeftOut: Sendable {
    private let parts = Mutex<Set<OptionalPart>>([])

    /// Asks, and asks anew without what the server refuses, for as long as that is something.
    ///
    /// - Throws: what `ask` throws.
    func ask(_ ask: (Set<OptionalPart>) async throws -> Completion) async throws -> Completion {
        var without = parts.withLock { $0 }
        while true {
            do {
                let completion = try await ask(without)
                parts.withLock { $0 = without }
                return completion
            } catch ModelFailure.refusal(let refusal) where !refusal.parts.isSubset(of: without) {
                without.formUnion(refusal.parts)
            }
        }
    }
}
