/// How windows are cut, and how long stragglers are waited for.
import Common

/// Tumbling windows, aligned to the Unix epoch. All durations are whole milliseconds.
public struct WindowPolicy: Hashable, Sendable {
    public var size: Int64
    /// How far behind the latest message another may be and still be on time.
    public var maxOutOfOrderness: Int64

    public init(size: Int64, maxOutOfOrderness: Int64 = 0) {
        self.size = size
        self.maxOutOfOrderness = maxOutOfOrderness
    }

    /// The window of a time.
    func window(of time: Timestamp) -> Window {
        let start = time.milliseconds - time.milliseconds.floorDivided(by: size).remainder
        return Window(
            kind: .tumbling, start: Timestamp(milliseconds: start), end: Timestamp(milliseconds: start + size))
    }
}
