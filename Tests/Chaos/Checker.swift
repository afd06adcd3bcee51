/// Comparing what a subscriber got with what it should have got.
import TestSupport

/// The promise, as a comparison of two lists: every revision of every window once, with exactly its messages; every late and
/// every rejected message once; nothing else; numbers without holes; each session's windows in order; every line of the input
/// in a window, late or rejected. Where others publish, too, their streams' records are nothing to compare; but they are
/// numbered like all, and no id comes twice.
struct Checker {
    /// What a run without faults gives.
    let expected: [Entry]
    /// How many lines the input has.
    let lineCount: Int
    /// Answers are wanted; else entries have none.
    let asksModel: Bool
    /// The one stream that is compared; nil: there is no other.
    var stream: String?

    /// - Returns: what is wrong with what was received; empty when nothing is.
    func problems(in received: [Entry]) -> [String] {
        let own = received.filter { entry in !entry.isFeedback && (stream.map { entry.isOf($0) } ?? true) }
        return order(received) + ids(received) + contents(own) + sessions(own) + accounts(own) + answers(own)
    }

    /// What was accepted is there once, under the number that was said, as far as records have come; and nothing else is.
    static func problems(in received: [Entry], _ feedback: FeedbackSender.Account) -> [String] {
        let numbers = Dictionary(grouping: received.filter(\.isFeedback)) { $0.data.id ?? "" }.mapValues {
            $0.map(\.sequence)
        }
        let last = received.last?.sequence ?? 0
        let missing = feedback.accepted.filter { $0.value <= last && numbers[$0.key] != [Int($0.value)] }
        let unknown = numbers.keys.filter { !feedback.sent.contains($0) }
        let twice = numbers.filter { $0.value.count > 1 }
        return feedback.problems
            + missing.map { "\($0.key) was accepted as record \($0.value), and came as \(numbers[$0.key] ?? [])" }
            .sorted()
            + unknown.map { "nobody sent \($0)" }.sorted() + twice.map { "twice: \($0.key)" }.sorted()
    }

    private func order(_ received: [Entry]) -> [String] {
        let numbers = received.map(\.sequence)
        if numbers == Array(1...max(1, numbers.count)) { return [] }
        let first = zip(numbers, 1...).first { $0 != $1 }
        return [
            "records aren't numbered from 1 without holes: \(first.map { "\($0.0) stands where \($0.1) should" } ?? "none came")"
        ]
    }

    private func ids(_ received: [Entry]) -> [String] {
        var seen: Set<[UInt8]> = []
        return received.compactMap { seen.insert(Array($0.id.utf8)).inserted ? nil : "an id twice: \($0.id)" }
    }

    private func contents(_ received: [Entry]) -> [String] {
        var problems: [String] = []
        var missing = Dictionary(grouping: expected, by: \.essence).mapValues(\.count)
        for entry in received {
            switch missing[entry.essence] {
            case .some(1...): missing[entry.essence, default: 0] -= 1
            case .some: problems.append("twice: \(entry.essence)")
            case .none: problems.append("not as it should be, or not one at all: \(entry.essence)")
            }
        }
        problems += missing.filter { $0.value > 0 }.map { "lost: \($0.key)" }.sorted()
        return problems
    }

    private func sessions(_ received: [Entry]) -> [String] {
        let shouldBe = Dictionary(grouping: expected.filter(\.isWindow)) { $0.data.session_id ?? "" }
        let are = Dictionary(grouping: received.filter(\.isWindow)) { $0.data.session_id ?? "" }
        return shouldBe.keys.sorted().compactMap { session in
            shouldBe[session]?.map(\.id) == are[session]?.map(\.id)
                ? nil : "the windows of session \(session) aren't in order"
        }
    }

    private func accounts(_ received: [Entry]) -> [String] {
        let inWindows = Set(received.flatMap { $0.data.messages?.map(\.sequence) ?? [] })
        let setAside = received.compactMap { $0.data.position?.sequence }
        var problems: [String] = []
        if Set(setAside).count != setAside.count { problems.append("a message is late or rejected twice") }
        if received.contains(where: { $0.data.lost ?? 0 > 0 }) { problems.append("messages are said to be lost") }
        if !inWindows.isDisjoint(with: setAside) { problems.append("a message is in a window, and late or rejected") }
        let all = inWindows.union(setAside)
        if all != Set(1...lineCount) { problems.append("\(lineCount) lines, and \(all.count) of them came out") }
        return problems
    }

    private func answers(_ received: [Entry]) -> [String] {
        received.filter(\.isWindow).compactMap { entry in
            let response = entry.data.response
            switch (response?.status, asksModel) {
            case ("none", false): return nil
            case ("generated", true): return response?.text == "This is good." ? nil : "another's answer: \(entry.id)"
            case ("fallback", true): return response?.reason == nil ? "a fallback without a reason: \(entry.id)" : nil
            case (let status, _): return "status \(status ?? "missing"): \(entry.id)"
            }
        }
    }
}

extension Entry {
    var isWindow: Bool { data.window != nil }
    var isFeedback: Bool { type == "streamllm.feedback.v1" }
}
