/// The order in which windows are answered.
import DequeModule
import Records
import Storage
import Streaming

/// Decides whose question is asked next. A value: windows, answers and what is expected go in, ``Action``s come out.
///
/// Sessions stand in one line. A session has one place in it, and one question under way; its windows are answered in the order
/// in which they came out.
package struct AnswerOrder: Sendable {
    /// What becomes of a window while a newer one of its session waits.
    package enum Policy: String, Sendable, CaseIterable {
        /// Each is answered in its turn.
        case queue
        /// Only the newest is answered.
        case latest
    }

    /// What is done for a session whose turn it is.
    struct Turn: Sendable {
        /// A window with its response, which nobody is asked for.
        struct Known: Sendable {
            let window: PendingWindow
            let response: Response
            /// When the response was there; nil: before the window came out.
            let completed: Moment?
        }

        let session: SessionKey
        /// In order, before the question.
        var known: [Known] = []
        var question: PendingWindow?
        /// The number under which the question has been asked ahead of time; nil: it is to be asked now.
        var ahead: Int?
    }

    enum Action: Sendable {
        /// Takes a slot, until ``ended(_:_:at:)``.
        case ask(Turn)
        /// Needs no server any more, and so no slot. ``ended(_:_:at:)`` follows as well.
        case publish(Turn)
        /// The answer that is being waited for is outdated.
        case cutOff(SessionKey)
        /// What is said is kept back. ``endedAhead(_:isUsable:)`` follows.
        case askAhead(Int, PendingWindow)
        case dropAhead(Int)
    }

    /// One session with windows that wait or are being answered.
    private struct Session {
        var waiting: Deque<PendingWindow> = []
        /// What is being answered.
        var current: Current?
        /// Its place in the line is the entry with this ticket; nil: it has none.
        var ticket: Int?
        /// Its last answer was cut off, and the next won't be.
        var wasCutOff = false
    }

    private struct Current {
        /// What is asked about; nil: nothing is.
        let question: PendingWindow?
        let takesSlot: Bool
        /// So much of ``AnswerOrder/weight`` is this turn's.
        let weight: Int
        /// Something of the answer is out.
        var hasBegun = false
        var isCutOff = false
    }

    private struct Place {
        let session: SessionKey
        let ticket: Int
    }

    private let policy: Policy
    private let condition: AnswerCondition
    private var slots: Int
    private var capacity: Int
    private var sessions: [SessionKey: Session] = [:]
    /// Sessions whose answer was cut off; they come before the others.
    private var first: Deque<Place> = []
    private var line: Deque<Place> = []
    private var nextTicket = 0
    /// Questions under way.
    private var busy = 0
    private var early = EarlyAnswers()
    private var ahead = AheadQuestions()
    private var actions: [Action] = []
    /// For how much the windows count that have come and are neither asked about nor out: large ones for several.
    private(set) var weight = 0

    /// - Parameters:
    ///   - slots: how many questions are under way at a time.
    ///   - capacity: how many of them get to a server at once; nil: all. What is asked ahead of time takes nobody's place there.
    init(_ policy: Policy = .queue, condition: AnswerCondition = .always, slots: Int, capacity: Int? = nil) {
        self.policy = policy
        self.condition = condition
        self.slots = slots
        self.capacity = min(slots, capacity ?? slots)
    }

    /// What is to be done since this was last called, in order.
    mutating func takeActions() -> [Action] {
        defer { actions = [] }
        return actions
    }

    // MARK: What happens

    /// From now on so many questions may be under way. Those that are, stay.
    mutating func resize(slots: Int, capacity: Int?) {
        self.slots = slots
        self.capacity = min(slots, capacity ?? slots)
        dispatch()
    }

    /// A window has come out.
    mutating func came(_ window: PendingWindow) {
        let key = window.session
        weight += window.weight
        let asked = ahead.came(window, of: key)
        var session = sessions.removeValue(forKey: key) ?? Session()
        session.waiting.append(window)
        cutOffIfOutdated(&session, key, by: window)
        let isIdle = session.current == nil
        let isNew = isIdle && session.ticket == nil
        if let asked {
            // Only a session without anything else is asked ahead of time, so this window is the one that waits.
            session.waiting = []
            let turn = Turn(session: key, question: window, ahead: asked.number)
            start(turn, &session, isAnswered: asked.state == .answered)
        } else if isIdle && (isNew || policy == .latest) && isSettled(session, key) {
            give(&session, key)
        } else if session.ticket == nil && (isIdle || policy == .latest) {
            // Under `latest` a session waits from its first window on, also while it is being answered.
            enterLine(&session, key)
        }
        sessions[key] = session
        dispatch()
    }

    /// Something has changed about early results that are about to come out.
    ///
    /// - Parameter windows: how many windows came out before that.
    mutating func hear(_ changes: [UpcomingTurns.Change], behind windows: Int) {
        let worthIt = changes.map { change in
            guard case .expected(let result) = change, condition.response(to: result.conversation) != nil else {
                return change
            }
            return .withdrawn(SessionKey(stream: result.stream, id: result.sessionID))
        }
        ahead.hear(worthIt, behind: windows)
        dispatch()
    }

    /// The first piece of a session's answer is about to go out.
    ///
    /// - Returns: whether it may: from then on the answer isn't cut off any more.
    mutating func began(_ key: SessionKey) -> Bool {
        guard let current = sessions[key]?.current, !current.isCutOff else { return false }
        sessions[key]?.current?.hasBegun = true
        return true
    }

    /// All of a turn is out.
    ///
    /// - Parameter response: what the question brought; nil: none was asked, or its answer was cut off.
    mutating func ended(_ key: SessionKey, _ response: Response?, at now: Moment) {
        guard var session = sessions.removeValue(forKey: key), let last = session.current else { return }
        session.current = nil
        weight -= last.weight
        if last.takesSlot { busy -= 1 }
        if let question = last.question, let response { early.note(question.result, of: key, response, at: now) }
        session.wasCutOff = last.isCutOff
        if !session.waiting.isEmpty {
            if isSettled(session, key) {
                give(&session, key)
            } else if last.isCutOff || session.ticket == nil {
                enterLine(&session, key, isFirst: last.isCutOff)
            }
            sessions[key] = session
        }
        dispatch()
    }

    /// The answer to a question that was asked ahead of time is complete.
    mutating func endedAhead(_ number: Int, isUsable: Bool) {
        ahead.ended(number, isUsable: isUsable)
        dispatch()
    }

    /// An early answer of another process. Its window may be open still.
    mutating func remember(_ result: WindowResult, _ response: Response) {
        early.note(
            result, of: SessionKey(stream: result.stream, id: result.sessionID), response, at: nil)
    }

    // MARK: What follows

    /// Cuts off an early answer that nobody has seen anything of, when there is something newer. A session has that happen once,
    /// and then an answer: one that keeps talking would never get any.
    private func mayBeCutOff(_ session: Session, by window: PendingWindow) -> Bool {
        guard policy == .latest, !session.wasCutOff, let current = session.current, let question = current.question
        else {
            return false
        }
        return question.result.trigger == .turn && !current.hasBegun && !current.isCutOff
            && !window.result.repeats(question.result)
    }

    private mutating func cutOffIfOutdated(_ session: inout Session, _ key: SessionKey, by window: PendingWindow) {
        guard mayBeCutOff(session, by: window) else { return }
        session.current?.isCutOff = true
        actions.append(.cutOff(key))
    }

    private mutating func enterLine(_ session: inout Session, _ key: SessionKey, isFirst: Bool = false) {
        nextTicket += 1
        session.ticket = nextTicket
        let place = Place(session: key, ticket: nextTicket)
        if isFirst { first.append(place) } else { line.append(place) }
    }

    /// Gives out what can be: those in line as far as there are slots, and then what may be wanted soon.
    private mutating func dispatch() {
        while let key = nextInLine() {
            if busy < slots && busy + ahead.running >= capacity { ahead.giveWay() }
            dropAheads()
            guard busy + ahead.running < slots, var session = sessions.removeValue(forKey: key) else { return }
            give(&session, key)
            sessions[key] = session
        }
        dropAheads()
        while busy + ahead.running < capacity, let question = ahead.ask(where: { sessions[$0] == nil }) {
            actions.append(.askAhead(question.number, question.window))
        }
    }

    private mutating func dropAheads() {
        for number in ahead.takeDropped() { actions.append(.dropAhead(number)) }
    }

    /// Whose turn it is: that of the first in line who isn't being answered.
    private mutating func nextInLine() -> SessionKey? {
        Self.next(in: &first, sessions) ?? Self.next(in: &line, sessions)
    }

    private static func next(in line: inout Deque<Place>, _ sessions: [SessionKey: Session]) -> SessionKey? {
        var index = line.startIndex
        // As many as have a question under way are passed over at most; the others are gone.
        while index < line.endIndex {
            let place = line[index]
            if sessions[place.session]?.ticket != place.ticket {
                line.remove(at: index)
            } else if sessions[place.session]?.current != nil {
                index += 1
            } else {
                return place.session
            }
        }
        return nil
    }

    /// A response that nobody has to be asked for; nil: somebody has.
    private func known(_ window: PendingWindow, _ key: SessionKey) -> Turn.Known? {
        if let answer = early.answer(for: window.result, of: key) {
            return Turn.Known(window: window, response: answer.response, completed: answer.completed)
        }
        return condition.response(to: window.result.conversation).map {
            Turn.Known(window: window, response: $0, completed: nil)
        }
    }

    /// Whether what a session's turn would bring needs no question.
    private func isSettled(_ session: Session, _ key: SessionKey) -> Bool {
        let window = policy == .latest ? session.waiting.last : session.waiting.first
        return window.map { known($0, key) != nil } ?? false
    }

    /// It is a session's turn: that of its oldest windows up to one that is to be asked about, or under `latest` of all.
    private mutating func give(_ session: inout Session, _ key: SessionKey) {
        var turn = Turn(session: key)
        while turn.question == nil, let window = session.waiting.popFirst() {
            if let known = known(window, key) {
                turn.known.append(known)
            } else if policy == .latest && !session.waiting.isEmpty {
                turn.known.append(Turn.Known(window: window, response: .superseded, completed: nil))
            } else if policy == .queue && !turn.known.isEmpty {
                // Its turn comes once those before it are out.
                session.waiting.prepend(window)
                break
            } else {
                turn.question = window
            }
        }
        for known in turn.known { early.note(known.window.result, of: key, known.response, at: known.completed) }
        start(turn, &session)
    }

    /// - Parameter isAnswered: the answer to its question is there.
    private mutating func start(_ turn: Turn, _ session: inout Session, isAnswered: Bool = false) {
        let takesSlot = turn.question != nil && !isAnswered
        var own = turn.known.reduce(0) { $0 + $1.window.weight }
        if let window = turn.question {
            // What is asked about has left the queue; what only goes out leaves it when it is out.
            if takesSlot { weight -= window.weight } else { own += window.weight }
        }
        session.ticket = nil
        session.current = Current(question: turn.question, takesSlot: takesSlot, weight: own)
        if takesSlot { busy += 1 }
        actions.append(takesSlot ? .ask(turn) : .publish(turn))
    }
}
