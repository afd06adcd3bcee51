/// What of a conversation has room in a prompt.
import Chat

/// The lines of a window and of what was said before it, as many as fit.
///
/// Earlier messages are dropped in blocks. Servers keep what they have computed for a prompt's beginning, and read only what
/// follows it; a history that loses its first message each time begins differently each time. Where the conversation begins
/// depends on it and on the room alone, so it is the same after a restart that knows the same messages.
struct KeptLines {
    let history: [PromptLine]
    let window: [PromptLine]
    /// The window alone was too long: its oldest messages aren't among the lines.
    let isCut: Bool

    /// In the order in which they were said.
    var all: [PromptLine] { history + window }

    /// - Parameters:
    ///   - messages: the window's messages, in order.
    ///   - history: those before the window, in order.
    ///   - room: the most bytes that all lines may take.
    ///   - marks: what each line takes beside itself, in bytes.
    init(_ messages: [ChatMessage], history: [ChatMessage], room: Int, marks: Int = 0) {
        let sizes = (history + messages).map { PromptLine.size(of: $0) + marks }
        let beginning = Self.beginning(of: sizes, room: room)
        if beginning < history.count {
            let earlier = history[beginning...].map { PromptLine($0) }
            let newest = messages.map { PromptLine($0) }
            // Lines differ a little from what was estimated.
            if (earlier + newest).reduce(0, { $0 + $1.size + marks }) <= room {
                (self.history, window, isCut) = (earlier, newest, false)
                return
            }
        }
        // The window takes so much that the next prompt won't begin like this one in any case: what there is room for is used.
        var left = room
        (window, isCut) = Self.newest(messages, &left, marks)
        self.history = isCut ? [] : Self.newest(history, &left, marks, mayBeCut: false).lines
    }

    /// Where a conversation begins that has grown message by message: whenever it had no room any more, messages were dropped
    /// until it took half of it.
    static func beginning(of sizes: [Int], room: Int) -> Int {
        var (beginning, sum) = (0, 0)
        for (index, size) in sizes.enumerated() {
            sum += size
            guard sum > room else { continue }
            while beginning < index, sum > room / 2 {
                sum -= sizes[beginning]
                beginning += 1
            }
        }
        return sum > room ? sizes.count : beginning
    }

    /// The newest messages for which there is room, oldest first, and whether some were left out.
    ///
    /// - Parameter mayBeCut: when there isn't even room for the newest, its end is taken.
    private static func newest(
        _ messages: [ChatMessage], _ room: inout Int, _ marks: Int, mayBeCut: Bool = true
    ) -> (lines: [PromptLine], isCut: Bool) {
        var lines: [PromptLine] = []
        for message in messages.reversed() {
            let line = PromptLine(message)
            guard line.size + marks <= room else {
                if mayBeCut && lines.isEmpty { lines.append(line.cut(to: room - marks)) }
                return (lines.reversed(), true)
            }
            room -= line.size + marks
            lines.append(line)
        }
        return (lines.reversed(), false)
    }
}
