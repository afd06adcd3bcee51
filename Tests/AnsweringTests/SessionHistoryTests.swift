/// What is remembered of each session.
import Chat
import Testing
import TestSupport

@testable import Answering
@testable import Streaming

@Suite("The history of sessions", .timeLimit(.minutes(5)))
struct SessionHistoryTests {
    private func texts(_ history: SessionHistory, _ session: String) -> [String] {
        history.before([.customer("1000000")], of: .of(session)).map(\.text)
    }

    @Test("A session that nobody knows has no past")
    func unknown() {
        #expect(texts(SessionHistory(limit: 3), "A").isEmpty)
    }

    @Test("The last messages are kept, oldest first")
    func limit() {
        var history = SessionHistory(limit: 3)
        history.append([.customer("1"), .rm("2")], to: .of("A"))
        let afterTwo = texts(history, "A")
        history.append([.customer("3"), .rm("4")], to: .of("A"))
        let afterFour = texts(history, "A")
        history.append([.customer("5"), .rm("6"), .customer("7"), .rm("8"), .customer("9")], to: .of("A"))
        #expect(afterTwo == ["1", "2"])
        #expect(afterFour == ["2", "3", "4"])
        #expect(texts(history, "A") == ["7", "8", "9"])
    }

    @Test("Messages are dropped in blocks, so that what is left mostly begins the same")
    func blocks() {
        var history = SessionHistory(limit: 10)
        var begins: [Int] = []
        for number in 1...40 {
            history.append([.customer("\(number)")], to: .of("A"))
            let known = texts(history, "A").compactMap { Int($0) }
            #expect(known == Array((known.first ?? 0)...number))
            #expect(known.count <= 10 && known.count >= min(number, 6))
            begins.append(known[0])
        }
        #expect(Set(begins).sorted() == [1, 6, 11, 16, 21, 26, 31])
        #expect(begins == begins.sorted())
    }

    @Test("A window that comes out again begins where it began, as long as it overlaps the last one")
    func overlap() {
        var history = SessionHistory(limit: 4)
        let messages = (1...30).map { ChatMessage.customer("\($0)") }
        for start in stride(from: 0, through: 20, by: 2) {
            let window = Array(messages[start..<(start + 6)])
            let known = history.before(window, of: .of("A"))
            history.append(window, to: .of("A"))
            let again = history.before(window, of: .of("A"))
            #expect(known == again)
            #expect(known == Array(messages[(start > 4 ? (start - 3) / 2 * 2 : 0)..<start]))
        }
    }

    @Test("Sessions are kept apart, those of different streams too")
    func apart() {
        var history = SessionHistory(limit: 3)
        history.append([.customer("1")], to: .of("A"))
        history.append([.customer("2")], to: .of("B"))
        #expect(texts(history, "A") == ["1"])
        #expect(texts(history, "B") == ["2"])
        #expect(history.before([.customer("3")], of: SessionKey(stream: "other", id: "A")).isEmpty)
    }

    @Test("Sessions whose ids only look the same are kept apart")
    func lookAlikes() {
        var history = SessionHistory(limit: 3)
        history.append([.customer("1")], to: .of("Ren\u{E9}"))
        #expect(texts(history, "Rene\u{301}").isEmpty)
        #expect(texts(history, "Ren\u{E9}") == ["1"])
    }

    @Test("With a limit of nothing, nothing is kept")
    func none() {
        var history = SessionHistory(limit: 0)
        history.append([.customer("1")], to: .of("A"))
        #expect(texts(history, "A").isEmpty)
    }

    @Test("When there are too many sessions, those silent longest are forgotten and the others kept")
    func forgetting() {
        var history = SessionHistory(limit: 1)
        for number in 0..<10_000 { history.append([.customer("\(number)")], to: .of("\(number)")) }
        let oldestAtTheLimit = texts(history, "0")
        // Session 0 speaks again, so that 1 is the one silent longest; then one more comes.
        history.append([.customer("again")], to: .of("0"))
        history.append([.customer("new")], to: .of("new"))
        #expect(oldestAtTheLimit == ["0"])
        #expect(texts(history, "0") == ["again"])
        #expect(texts(history, "new") == ["new"])
        #expect(texts(history, "9999") == ["9999"])
        #expect(texts(history, "1").isEmpty)
    }
}
