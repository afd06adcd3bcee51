/// Asking a thread to stop.
import Synchronization

/// A flag that a thread looks at, and the wakeup that ends its wait. Safe to use from anywhere.
public final class StopSignal: Sendable {
    public let wakeup: Wakeup
    private let flag = Atomic(false)

    public init(wakeup: Wakeup) { self.wakeup = wakeup }

    public var isSet: Bool { flag.load(ordering: .acquiring) }

    public func set() {
        flag.store(true, ordering: .releasing)
        wakeup.signal()
    }
}
