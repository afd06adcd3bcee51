/// Waiting for another thread without sleeping.
import Foundation
import Threads

extension Wakeup {
    /// Blocks until somebody signals, and takes the signal.
    ///
    /// - Returns: whether somebody did within half a minute.
    func wait() -> Bool {
        var item = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        let isSignalled = poll(&item, 1, 30_000) == 1
        clear()
        return isSignalled
    }
}
