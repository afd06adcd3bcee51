/// Not letting in more connections than there are file descriptors for.
import CSockets
import Foundation
import Logging
import Threads

/// What is to be said about connections that aren't let in. Numbers go in, what to say comes out.
struct Door {
    enum Change: Hashable { case closed, open }

    private let limit: Int
    private var refused: UInt = 0
    private(set) var isClosed = false

    /// - Parameter limit: how many descriptors there may be.
    init(limit: Int) { self.limit = limit }

    /// A quarter is for the program itself: its files, and the model's servers.
    var most: Int { limit - limit / 4 }

    /// - Parameters:
    ///   - refused: connections that haven't been let in so far.
    ///   - count: descriptors in use.
    mutating func look(refused: UInt, count: Int) -> Change? {
        defer { self.refused = refused }
        if refused > self.refused {
            defer { isClosed = true }
            return isClosed ? nil : .closed
        }
        // Some have to go first, or it would be said for each.
        guard isClosed && count < most - limit / 8 else { return nil }
        isClosed = false
        return .open
    }
}

/// Has connections refused before descriptors are used up, by all that listens in the process: libzmq would accept whatever
/// comes, and when none is left nobody could ask a model, or open a file.
///
/// Whoever isn't let in finds the connection closed. Followers try again, and miss nothing.
enum Doorkeeper {
    /// Between two looks; only what is said depends on it.
    private static let interval: UInt32 = 900_000

    /// Begins to refuse, and to say so, for as long as the program lives.
    static func start(_ logger: Logger) {
        let limit = Descriptors.limit
        csockets_set_limit(Int32(Door(limit: limit).most))
        startThread("doorkeeper") { watch(limit, logger) }
    }

    private static func watch(_ limit: Int, _ logger: Logger) {
        var door = Door(limit: limit)
        while true {
            let count = Descriptors.count
            switch door.look(refused: UInt(csockets_refused()), count: count) {
            case .closed:
                logger.error(
                    "\(count) of \(limit) file descriptors are in use: no more connections are let in until some have gone (see ulimit -n)"
                )
            case .open: logger.info("New connections are let in again")
            case nil: break
            }
            usleep(interval)
        }
    }
}
