/// How much an engine holds, and what it takes to be believed.
import Chat

extension WindowPolicy {
    /// Limits of what others may fill. They are rules like the others: a journal is run by those it was written by.
    public struct Limits: Hashable, Sendable, Codable {
        /// What is in a window costs at most so much (`Conversation.cost`), or it comes out in parts. Some hundred thousand
        /// words are more than any model reads, and eight times that much JSON is still one message for ZeroMQ.
        public var window: Int
        /// What is in all windows together. A conversation's buffer may be twice as large as what is in it.
        public var total: Int
        /// So many streams that have ended are known, in case they come back; a store remembers the cursors of half as many.
        public var endedStreams: Int
        /// A clock that is too far ahead of its stream has to go on for so long until it is believed, in milliseconds: some
        /// forty control messages at the pace of event time.
        public var clockProof: Int64

        public init(
            window: Int = 8 << 20, total: Int = 1 << 30, endedStreams: Int = 4096, clockProof: Int64 = 10_000
        ) {
            self.window = window
            self.total = total
            self.endedStreams = endedStreams
            self.clockProof = clockProof
        }

        /// The rules of stores that were begun when there were no limits: every clock was believed, and a stream that had
        /// ended was forgotten.
        static let none = Limits(window: .max, total: .max, endedStreams: 0, clockProof: 0)
    }
}

extension WindowPolicy {
    /// Longer than thirty years, in milliseconds: no option says more, and no sum of such durations overflows.
    private static let longest: Int64 = 1_000_000_000_001

    /// Whether these are rules that an engine can follow. What was read from a disk may be anything.
    public var isSound: Bool {
        let durations = 0...Self.longest
        let areWindowsSound =
            switch windows {
            case .tumbling(let size): 1...Self.longest ~= size
            // Each message is in as many windows as slides are in the size.
            case .sliding(let size, let slide): 1...Self.longest ~= size && 1...size ~= slide && size / slide <= 2000
            case .session(let gap, let longest):
                1...Self.longest ~= gap && (longest == .max || 1...Self.longest ~= longest)
            }
        return areWindowsSound
            && [maxOutOfOrderness, allowedLateness, maxAdvance, turnSilence ?? 0].allSatisfy(durations.contains)
            && limits.window > 0 && limits.total > 0 && limits.endedStreams >= 0 && durations ~= limits.clockProof
    }
}

extension Timestamp {
    /// Whether it is a time that a message, a window's bound or a clock may have: no sum with a duration overflows. What was
    /// read from a disk may be anything.
    package var isSound: Bool { milliseconds.magnitude <= 1 << 50 }
}
