/// What the stages of a program note of what they are doing.
import Synchronization

/// What a stage may wait for without anything being wrong.
public enum Wait: UInt8, Hashable, Sendable {
    /// Another stage has to make room, and says itself what holds it up.
    case room
    /// The store: its disk is full, or has gone.
    case store
    /// A model's answer.
    case model
}

/// What a stage is doing.
public enum Activity: Hashable, Sendable {
    /// It has nothing to do.
    case idle
    /// It is inside a step.
    case working
    case waiting(Wait)
}

/// One stage's notes: written by the stage, read by whoever watches it. A stage is a thread or a task, and writes for
/// itself alone. A note costs a load and a store; the watcher has the clock.
public final class StageProgress: Sendable {
    let name: String
    /// How many notes there were, and behind them the last one, in a byte.
    private let notes = Atomic<UInt64>(0)
    private let hasWork: @Sendable () -> Bool

    init(_ name: String, hasWork: @escaping @Sendable () -> Bool) {
        self.name = name
        self.hasWork = hasWork
    }

    private static let working: UInt8 = 1
    private static let waiting: UInt8 = 2
    private static let ended: UInt8 = .max

    /// A step is done, and the next one begins.
    @inline(__always)
    public func note() { put(Self.working) }

    /// There is nothing to do.
    public func idle() { put(0) }

    /// Waits, as it should.
    public func waiting(for wait: Wait) { put(Self.waiting + wait.rawValue) }

    /// The stage has ended, whatever there is still to do.
    public func end() { put(Self.ended) }

    private func put(_ note: UInt8) {
        let count = notes.load(ordering: .relaxed) >> 8
        notes.store((count &+ 1) << 8 | UInt64(note), ordering: .relaxed)
    }

    var reading: Health.Reading {
        let notes = notes.load(ordering: .relaxed)
        let activity: Activity =
            switch UInt8(truncatingIfNeeded: notes) {
            case 0, Self.ended: .idle
            case Self.working: .working
            case let note: .waiting(Wait(rawValue: note - Self.waiting) ?? .room)
            }
        let isIdle = UInt8(truncatingIfNeeded: notes) == 0
        return Health.Reading(name: name, notes: notes >> 8, activity: activity, hasWork: isIdle && hasWork())
    }
}
