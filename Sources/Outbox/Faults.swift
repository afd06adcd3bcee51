/// Faults that tests ask for. A release build has none of this.
import Glibc
import Synchronization

#if DEBUG
    import Foundation
#endif

/// Named places at which a debug build can be made to die, so that a test needn't hit them by luck:
/// `STREAMLLM_DIE_AT=after-commit:3` is death as by `kill -9` when that place is reached for the third time. With
/// `STREAMLLM_STICK_AT` the thread or task stays there for good.
package enum FaultPoint: String, CaseIterable {
    /// Records have come from the feed, and nobody knows of them yet.
    case afterReceive = "after-receive"
    case beforeCommit = "before-commit"
    /// Committed, and nothing is done about it yet.
    case afterCommit = "after-commit"
    case beforePublish = "before-publish"
    case afterPublish = "after-publish"
    /// A model has begun to answer.
    case duringAnswer = "during-answer"
    /// Part of the journal has been read.
    case duringRecovery = "during-recovery"

    @inline(__always)
    package func reached() {
        #if DEBUG
            if Self.death.isMet(at: self) {
                // What this breakage has published too early gets the time to be seen.
                if Breakage.publishFirst.isAskedFor { usleep(200_000) }
                kill(getpid(), SIGKILL)
            }
            if Self.sticking.isMet(at: self) { while true { sleep(1000) } }
        #endif
    }

    #if DEBUG
        private static let death = Plan("STREAMLLM_DIE_AT")
        private static let sticking = Plan("STREAMLLM_STICK_AT")

        /// A place, and which visit there it is.
        private struct Plan: ~Copyable {
            private let point: FaultPoint?
            private let visit: Int
            private let visits = Atomic(0)

            init(_ variable: String) {
                let words = (ProcessInfo.processInfo.environment[variable] ?? "").split(separator: ":")
                point = words.first.flatMap { FaultPoint(rawValue: String($0)) }
                visit = words.count > 1 ? Int(words[1]) ?? 1 : 1
            }

            func isMet(at point: FaultPoint) -> Bool {
                self.point == point && visits.add(1, ordering: .relaxed).newValue == visit
            }
        }
    #endif
}

/// Ways in which a debug build can be made to break its promise, to see that whoever checks the promise notices:
/// `STREAMLLM_BREAK=skip-commit`.
package enum Breakage: String {
    case skipCommit = "skip-commit"
    case publishFirst = "publish-first"

    package var isAskedFor: Bool {
        #if DEBUG
            return Self.asked == self
        #else
            return false
        #endif
    }

    #if DEBUG
        private static let asked = ProcessInfo.processInfo.environment["STREAMLLM_BREAK"].flatMap(Breakage.init)
    #endif
}
