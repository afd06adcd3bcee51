/// By what number a value goes.
import Streaming

/// The numbers of one session's values: of each kind 1, 2 and so on, in the order in which they first occur.
struct PlaceholderNumbers {
    private struct Value: Hashable {
        let kind: MaskKind?
        let text: String
    }

    private var numbers: [Value: Int] = [:]
    private var counts: [MaskKind?: Int] = [:]
    /// About the memory that they take, in bytes.
    private(set) var size = 0

    mutating func placeholder(for value: String, of kind: MaskKind?) -> Placeholder {
        let value = Value(kind: kind, text: value)
        if let number = numbers[value] { return Placeholder(kind: kind, number: number) }
        let number = counts[kind, default: 0] + 1
        counts[kind] = number
        numbers[value] = number
        size += 64 + value.text.utf8.count
        return Placeholder(kind: kind, number: number)
    }
}

/// The numbers of many sessions, so that a value keeps its own from window to window. A session that isn't known, or not any
/// more, begins with the messages that its next question has.
struct SessionNumbers {
    /// Those silent longest are forgotten first.
    private static let mostSessions = 10_000
    /// A session with more begins anew with its next question, in bytes.
    static let largest = 8192

    private var sessions: [SessionKey: (numbers: PlaceholderNumbers, lastUse: Int)] = [:]
    private var uses = 0

    func numbers(of session: SessionKey) -> PlaceholderNumbers { sessions[session]?.numbers ?? PlaceholderNumbers() }

    mutating func keep(_ numbers: PlaceholderNumbers, of session: SessionKey) {
        uses += 1
        sessions[session] = 1...Self.largest ~= numbers.size ? (numbers, uses) : nil
        guard sessions.count > Self.mostSessions else { return }
        // Half of them at once: rarely, so that a sort is cheap.
        let middle = sessions.values.map(\.lastUse).sorted()[sessions.count / 2]
        sessions = sessions.filter { $0.value.lastUse > middle }
    }
}
