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

    static let status = "Waiting for messages"

    let manager = ServiceManager()
    /// What the parts note of their progress.
    let stages = Stages()
    private let missing = Mutex(Set(Part.allCases))

    /// Whether all parts are up.
    var isComplete: Bool { missing.withLock { $0.isEmpty } }

    /// Those that aren't, in the order of their cases.
    var missingParts: [Part] { missing.withLock { missing in Part.allCases.filter(missing.contains) } }

    /// A part is up.
    func isUp(_ part: Part) {
        let isReady = missing.withLock { missing in
            missing.remove(part) != nil && missing.isEmpty
        }
        if isReady { manager.ready(Self.status) }
    }
}
