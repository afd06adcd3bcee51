/// What of a long conversation is asked about, and what of it a server has to read anew.
import Chat
import Testing
import TestSupport

@testable import Answering

@Suite("A conversation that is too long", .timeLimit(.minutes(5)))
struct KeptLinesTests {
    @Test(
        "When there is no room any more, it loses messages until it takes half of it",
        arguments: [
            ([], 10, 0), ([1, 2, 3], 6, 0), ([1, 2, 3, 4], 9, 3), ([5, 5, 1], 10, 2), ([5, 5, 1, 4, 4], 10, 2),
            ([5, 5, 1, 4, 5, 1], 10, 5), ([2, 2, 2, 2, 2, 2], 10, 4), ([9, 1, 1], 10, 1), ([3, 11], 10, 2),
            ([3, 11, 2], 10, 2), ([11, 3, 2], 10, 1), ([10], 10, 0), ([6, 6], 10, 1), ([1, 1], 0, 2),
        ] as [([Int], Int, Int)])
    func beginning(sizes: [Int], room: Int, beginning: Int) {
        #expect(KeptLines.beginning(of: sizes, room: room) == beginning)
        // Whoever knows only what is kept goes on in the same way.
        for more in 1...12 {
            let kept = Array(sizes[beginning...])
            let grown = KeptLines.beginning(of: sizes + [more], room: room)
            #expect(grown >= beginning)
            if kept.reduce(0, +) <= room {
                #expect(KeptLines.beginning(of: kept + [more], room: room) == grown - beginning)
            }
        }
    }

    /// A chat, with a number at the beginning of each message's text.
    private static let chat = (1...60).map { number -> ChatMessage in
        let text = "\(number) " + String(repeating: "so many words about a loan ", count: 3 + number * 7 % 5)
        return ChatMessage(
            timestamp: Timestamp(milliseconds: Int64(number)), sender: number % 2 == 1 ? .customer : .rm, text: text,
            sequence: UInt64(number))
    }

    /// The prompts of its windows, of two messages each.
    private func prompts(form: PromptForm, budget: Int, limit: Int) -> [Prompt] {
        var history = SessionHistory(limit: limit)
        return stride(from: 0, to: Self.chat.count, by: 2).map { start in
            let window = Array(Self.chat[start..<(start + 2)])
            let earlier = history.before(window, of: .of("A"))
            history.append(window, to: .of("A"))
            return Prompt(window, history: earlier, budget: budget, form: form)
        }
    }

    /// What goes to a server, in the order in which it reads it.
    private func bytes(_ prompt: Prompt) -> [UInt8] {
        Array(prompt.turns.map { "<\($0.role.rawValue)>\($0.content)</>" }.joined().utf8)
    }

    @Test(
        "Over a long chat a server reads a fifth of its prompts anew, at most",
        arguments: PromptForm.allCases, [(6000, 1000), (4800, 1000), (.max, 40)] as [(Int, Int)])
    func readAnew(form: PromptForm, room: (budget: Int, limit: Int)) {
        let prompts = prompts(form: form, budget: room.budget, limit: room.limit)
        var (anew, all) = (0, 0)
        var last: [UInt8] = []
        for prompt in prompts {
            let bytes = bytes(prompt)
            all += bytes.count
            anew += bytes.count - zip(bytes, last).prefix { $0 == $1 }.count
            last = bytes
            #expect(prompt.conversationSize <= room.budget)
            #expect(!prompt.isCut)
        }
        #expect(prompts.count == 30)
        #expect(anew * 5 <= all, "\(anew) of \(all)")
        // It was too long, and isn't forgotten altogether.
        let kept = prompts.last?.text.split(separator: "\n").count { $0.contains("so many words") } ?? 0
        #expect(10..<60 ~= kept)
    }

    @Test("A prompt is the same for whoever knows the same messages, however they have come")
    func deterministic() {
        let prompts = prompts(form: .seed, budget: 6000, limit: 1000)
        for (index, prompt) in prompts.enumerated() {
            let start = index * 2
            let window = Array(Self.chat[start..<(start + 2)])
            #expect(Prompt(window, history: Array(Self.chat[..<start]), budget: 6000) == prompt)
        }
    }

    @Test("A window that takes most of the room leaves what is left to the newest messages before it")
    func largeWindow() {
        let lines = KeptLines(
            [.customer("now and for ever")], history: [.customer("one"), .rm("two"), .customer("six")], room: 50)
        #expect(lines.all.map(\.titled) == ["RM: two", "Customer: six", "Customer: now and for ever"])
        #expect(!lines.isCut)
    }

    @Test("Texts that take more room than they seem to are counted as what they become")
    func marks() {
        // Each mark gets a space.
        let text = String(repeating: "<|", count: 10)
        for room in 30...140 {
            let lines = KeptLines([.customer(text)], history: [.customer("one"), .customer(text)], room: room)
            // No line break stands behind the last one.
            #expect(lines.all.reduce(0) { $0 + $1.size } - 1 <= room)
        }
    }
}
