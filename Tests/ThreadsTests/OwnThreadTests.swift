/// Work on threads of its own.
import Testing
import Threads

@Suite("A thread of one's own", .timeLimit(.minutes(5)))
struct OwnThreadTests {
    /// Something that has to be gone before anybody goes on.
    private final class Held: Sendable {}

    private final class Remembered {
        weak var held: Held?
        init(_ held: Held) { self.held = held }
    }

    private func work() async throws -> Remembered {
        let held = Held()
        let remembered = Remembered(held)
        try await onOwnThread("work") { withExtendedLifetime(held) {} }
        return remembered
    }

    @Test("What the work holds is gone when its result is there")
    func lettingGo() async throws {
        for _ in 1...500 { #expect(try await work().held == nil) }
    }

    @Test("What the work throws is thrown")
    func failure() async {
        struct Failure: Error {}
        await #expect(throws: Failure.self) { try await onOwnThread("work") { throw Failure() } }
    }
}
