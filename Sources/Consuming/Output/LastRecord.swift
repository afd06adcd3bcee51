/// How far the output is.
import Synchronization

/// The number behind the last record that goes out. Safe to use from anywhere.
final class LastRecord: Sendable {
    private let number: Atomic<UInt64>

    init(_ next: UInt64) { number = Atomic(next) }

    var value: UInt64 { number.load(ordering: .acquiring) }

    func store(_ next: UInt64) { number.store(next, ordering: .releasing) }
}
