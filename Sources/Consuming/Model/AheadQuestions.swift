/// Questions that are asked before it is certain that an answer is wanted.
import DequeModule
import Storage
import Streaming

/// Early results that are expected, and what has been asked about them: at most one of a session, and few altogether.
struct AheadQuestions: Sendable {
    /// So many are expected or asked at a time. Of more, the oldest are forgotten: they are asked about when they come out.
    static let most = 16
    /// So much news waits for windows that came out before it. Of more, the oldest is forgotten.
    static let mostNews = 256

    struct Question: Sendable {
        enum State {
            case expected, asked, answered
        }

        let number: Int
        let session: SessionKey
        /// As it will come out.
        let window: PendingWindow
        var state = State.expected
    }

    private struct News: Sendable {
        /// So many windows came out before it.
        let windows: Int
        let change: UpcomingTurns.Change
    }

    private(set) var questions: [Question] = []
    private var news: Deque<News> = []
    /// Windows that have come.
    private var windows = 0
    private var next = 0
    /// Questions under way that nobody needs any more.
    private(set) var dropped: [Int] = []

    /// How many are being asked.
    var running: Int { questions.count { $0.state == .asked } }

    /// What has to be cut off since this was last called.
    mutating func takeDropped() -> [Int] {
        defer { dropped = [] }
        return dropped
    }

    // MARK: What happens

    /// Something has changed about what is expected.
    ///
    /// - Parameter windows: how many windows came out before that. It is looked at once they are all here, so that it is known
    ///   what stands before an expected one.
    mutating func hear(_ changes: [UpcomingTurns.Change], behind windows: Int) {
        for change in changes {
            if news.count == Self.mostNews { news.removeFirst() }
            news.append(News(windows: windows, change: change))
        }
        lookAtNews()
    }

    /// A window has come.
    ///
    /// - Returns: the question that has been asked about it, which is a question like any other from now on; nil: none has.
    mutating func came(_ window: PendingWindow, of session: SessionKey) -> Question? {
        windows += 1
        defer { lookAtNews() }
        guard let index = questions.firstIndex(where: { $0.session == session }) else { return nil }
        let expected = questions[index].window.result
        if window.result == expected {
            let question = questions.remove(at: index)
            return question.state == .expected ? nil : question
        }
        if window.result.window.start == expected.window.start && window.result.revision >= expected.revision {
            remove(at: index)
        } else {
            // What is in this one will be in the prompt, as said before.
            if questions[index].state != .expected { dropped.append(questions[index].number) }
            questions[index] = renumbered(questions[index])
        }
        return nil
    }

    /// The answer is complete.
    ///
    /// - Parameter isUsable: a model wrote it; anything else isn't worth keeping.
    mutating func ended(_ number: Int, isUsable: Bool) {
        guard let index = questions.firstIndex(where: { $0.number == number }) else { return }
        if isUsable { questions[index].state = .answered } else { questions.remove(at: index) }
    }

    // MARK: What is done

    /// The question that is to be asked next, of a session that has nothing else to be asked.
    mutating func ask(where isFree: (SessionKey) -> Bool) -> Question? {
        guard let index = questions.firstIndex(where: { $0.state == .expected && isFree($0.session) }) else {
            return nil
        }
        questions[index].state = .asked
        return questions[index]
    }

    /// Gives up the question that has been under way for the shortest time, if there is one, for one that is due.
    mutating func giveWay() {
        if let index = questions.lastIndex(where: { $0.state == .asked }) { remove(at: index) }
    }

    private mutating func lookAtNews() {
        while let first = news.first, first.windows <= windows {
            news.removeFirst()
            switch first.change {
            case .withdrawn(let session): withdraw(session)
            case .expected(let result):
                let session = SessionKey(stream: result.stream, id: result.sessionID)
                withdraw(session)
                // Windows that came out behind it were faster: it may be one of them.
                guard first.windows == windows else { continue }
                if questions.count == Self.most { remove(at: 0) }
                let window = PendingWindow(result, lost: 0)
                questions.append(renumbered(Question(number: 0, session: session, window: window)))
            }
        }
    }

    private mutating func withdraw(_ session: SessionKey) {
        if let index = questions.firstIndex(where: { $0.session == session }) { remove(at: index) }
    }

    private mutating func remove(at index: Int) {
        let question = questions.remove(at: index)
        if question.state != .expected { dropped.append(question.number) }
    }

    /// The same, not asked.
    private mutating func renumbered(_ question: Question) -> Question {
        next += 1
        return Question(number: next, session: question.session, window: question.window)
    }
}
