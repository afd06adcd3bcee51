/// When windows have something to do.
import HeapModule

/// Slots of windows by the time at which they are due. Those of one time stand together, so that finding what is due
/// looks at nothing else, and a million windows of one end cost one entry.
///
/// A timer is never taken back: whoever gets a slot looks whether the window still has this timer.
struct Timers: Sendable {
    private var slots: [Int64: [Int32]] = [:]
    private var times = Heap<Int64>()
    /// The earliest time, in milliseconds; `Int64.max` where there is none.
    private(set) var next = Int64.max

    mutating func set(_ slot: Int32, at time: Int64) {
        if slots[time]?.append(slot) == nil {
            slots[time] = [slot]
            times.insert(time)
            next = min(next, time)
        }
    }

    /// Takes out what is due at the earliest time, if that isn't after `reached`.
    mutating func popDue(at reached: Int64) -> (time: Int64, slots: [Int32])? {
        guard next <= reached, let time = times.popMin() else { return nil }
        next = times.min ?? .max
        return slots.removeValue(forKey: time).map { (time, $0) }
    }
}
