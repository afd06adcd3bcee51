/// Tells the service manager that the daemon is ready, when all of it is.
import Common
import Synchronization

/// Collects the parts that have to be up; safe to use from anywhere.
final class Readiness: Sendable {
    enum Part: Hashable, Sendable, CaseIterable {
        /// Subscribed to the input.
        case intake
        /// Bound to the output.
        case output
    }

    let manager = ServiceManager()
    private let missing = Mutex(Set(Part.allCases))

    /// A part is up.
    func isUp(_ part: Part) {
        let isReady = missing.withLock { missing in
            missing.remove(part) != nil && missing.isEmpty
        }
        if isReady { manager.ready("Waiting for messages") }
    }
}
