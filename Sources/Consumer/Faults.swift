/// Faults that tests ask for. A release build has none of this.
import Glibc
import Synchronization

#if DEBUG
    import Foundation
#endif

/// Named places at which a debug build can be made to die, so that a test needn't hit them by luck:
/// `STREAMLLM_DIE_AT=after-commit:3` is death as by `kill -9` when that place is reached for the third time.
enum FaultPoint: String, CaseIterable {
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
    func reached() {
        #if DEBUG
            if Self.death == self && Self.visits.add(1, ordering: .relaxed).newValue == Self.fatalVisit {
                // What this breakage has published too early gets the time to be seen.
                if Breakage.publishFirst.isAskedFor { usleep(200_000) }
                kill(getpid(), SIGKILL)
            }
        #endif
    }

    #if DEBUG
        private static let plan = (ProcessInfo.processInfo.environment["STREAMLLM_DIE_AT"] ?? "").split(separator: ":")
        private static let death = plan.first.flatMap { FaultPoint(rawValue: String($0)) }
        private static let fatalVisit = plan.count > 1 ? Int(plan[1]) ?? 1 : 1
        private static let visits = Atomic(0)
    #endif
}

/// Ways in which a debug build can be made to break its promise, to see that whoever checks the promise notices:
/// `STREAMLLM_BREAK=skip-commit`.
enum Breakage: String {
    case skipCommit = "skip-commit"
    case publishFirst = "publish-first"

    var isAskedFor: Bool {
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
