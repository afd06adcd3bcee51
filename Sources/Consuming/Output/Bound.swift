/// Where the output is.
import Synchronization

/// The endpoint that entries are published on, known once it is bound: a port may be left to the system. Safe to use from
/// anywhere.
final class Bound: Sendable {
    private let (endpoints, continuation) = AsyncStream.makeStream(of: String.self)

    /// The endpoint; nil where it won't be bound any more.
    var value: String? {
        get async { await endpoints.first { _ in true } }
    }

    func set(_ endpoint: String) { continuation.yield(endpoint) }

    func giveUp() { continuation.finish() }
}
