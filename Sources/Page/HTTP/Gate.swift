/// How much is read at a time.
import Hummingbird
import NIOCore
import Synchronization

/// Lets in a few large answers at a time: each is in memory for as long as it is being read. Safe to use from anywhere.
final class Gate: Sendable {
    private static let most = 8
    /// So long one may take to be read.
    static let patience = Duration.seconds(20)

    private let inside = Mutex(0)

    /// Its end is the end of what it was given for.
    final class Pass: Sendable {
        private let gate: Gate

        fileprivate init(_ gate: Gate) { self.gate = gate }

        deinit { gate.inside.withLock { $0 -= 1 } }
    }

    /// - Returns: nil where there are enough.
    func enter() -> Pass? {
        let isFree = inside.withLock { count in
            guard count < Self.most else { return false }
            count += 1
            return true
        }
        return isFree ? Pass(self) : nil
    }
}
