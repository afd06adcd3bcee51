/// Windows that wait for an answer, and those who take them.
import DequeModule
import Records
import Storage
import Streaming

/// Does what an ``AnswerOrder`` says: hands turns to whoever asks, cuts answers off, and has whoever brings windows wait while
/// there are too many.
package actor AnswerQueue {
    /// So many windows may wait before whoever brings them has to.
    private static let limit = 1000
    /// Under ``AnswerOrder/Policy/latest`` most of those that wait aren't asked about, and the newest has to be among them.
    private static let latestLimit = 10_000

    /// What a turn is for.
    package enum Errand: Hashable, Sendable {
        /// Somebody has to be asked.
        case question
        /// All that goes out is known.
        case publication
    }

    /// What is known of a question under way.
    struct Asked: Sendable {
        let window: PendingWindow
        let since: Moment
        /// How many there are.
        let count: Int
    }

    private let limit: Int
    private var order: AnswerOrder
    private var turns: [Errand: Turns] = [:]
    private var underWay: [SessionKey: UnderWay] = [:]
    /// Sessions whose answer is outdated before anybody has asked for it.
    private var outdated: Set<SessionKey> = []
    /// Questions that were asked ahead of time, by their number.
    private var aheads: [Int: AheadAnswer] = [:]
    private var askAhead: (@Sendable (Int, PendingWindow) -> AheadAnswer)?
    private var isClosed = false
    private var writers: [CheckedContinuation<Void, Never>] = []

    /// Turns that wait for somebody, and those who wait for a turn.
    private struct Turns {
        var waiting: Deque<AnswerOrder.Turn> = []
        var readers: [CheckedContinuation<Void, Never>] = []
    }

    private struct UnderWay {
        let window: PendingWindow
        let since: Moment
        let cutOff: @Sendable () -> Void
        var hasBegun = false
    }

    init(
        _ policy: AnswerOrder.Policy = .queue, condition: AnswerCondition = .always, slots: Int, capacity: Int? = nil
    ) {
        limit = policy == .latest ? Self.latestLimit : Self.limit
        order = AnswerOrder(policy, condition: condition, slots: slots, capacity: capacity)
    }

    /// - Parameter ask: asks a question ahead of time, and tells ``endedAhead(_:isUsable:)`` how that ended.
    func onAhead(_ ask: @escaping @Sendable (Int, PendingWindow) -> AheadAnswer) { askAhead = ask }

    // MARK: What comes

    /// Queues windows, and waits while too many are waiting. A cancelled caller doesn't wait.
    func submit(_ windows: [PendingWindow]) async {
        for window in windows { order.came(window) }
        perform()
        while order.weight >= limit && !isClosed && !Task.isCancelled {
            await withTaskCancellationHandler {
                await withCheckedContinuation { writers.append($0) }
            } onCancel: {
                Task { await self.wakeWriters() }
            }
        }
    }

    /// See ``AnswerOrder/resize(slots:capacity:)``.
    func resize(slots: Int, capacity: Int?) {
        order.resize(slots: slots, capacity: capacity)
        perform()
    }

    /// See ``AnswerOrder/hear(_:behind:)``.
    func hear(_ changes: [UpcomingTurns.Change], behind windows: Int) {
        order.hear(changes, behind: windows)
        perform()
    }

    /// See ``AnswerOrder/remember(_:_:)``.
    func remember(_ result: WindowResult, _ response: Response) { order.remember(result, response) }

    // MARK: What is taken

    /// The next turn for an errand; nil when the queue is closed. Its session waits until ``ended(_:_:)``.
    func next(_ errand: Errand) async -> AnswerOrder.Turn? {
        while !isClosed {
            if let turn = turns[errand]?.waiting.popFirst() { return turn }
            await withCheckedContinuation { turns[errand, default: Turns()].readers.append($0) }
        }
        return nil
    }

    /// The answer to a turn's question that was asked ahead of time; nil where it wasn't.
    func takeAhead(_ turn: AnswerOrder.Turn) -> AheadAnswer? { turn.ahead.flatMap { aheads.removeValue(forKey: $0) } }

    /// A turn's question is under way.
    ///
    /// - Parameters:
    ///   - since: when it was asked, which may be long ago.
    ///   - cutOff: called at most once, when nobody waits for the answer any more, and at once if that is so already.
    func asking(
        _ window: PendingWindow, of session: SessionKey, since: Moment, _ cutOff: @escaping @Sendable () -> Void
    ) -> Asked {
        underWay[session] = UnderWay(window: window, since: since, cutOff: cutOff)
        if outdated.remove(session) != nil { cutOff() }
        return Asked(window: window, since: since, count: underWay.count)
    }

    /// The question that has been under way for the longest time, of those of whose answer nothing is out.
    var oldest: Asked? {
        let silent = underWay.values.lazy.filter { !$0.hasBegun }
        return silent.max { Moment.now - $0.since < Moment.now - $1.since }.map {
            Asked(window: $0.window, since: $0.since, count: underWay.count)
        }
    }

    /// See ``AnswerOrder/began(_:)``.
    func began(_ session: SessionKey) -> Bool {
        guard order.began(session) else { return false }
        underWay[session]?.hasBegun = true
        return true
    }

    /// All of a turn is out. See ``AnswerOrder/ended(_:_:at:)``.
    func ended(_ session: SessionKey, _ response: Response?) {
        underWay[session] = nil
        outdated.remove(session)
        order.ended(session, response, at: .now)
        perform()
        wakeWriters()
    }

    /// See ``AnswerOrder/endedAhead(_:isUsable:)``.
    func endedAhead(_ number: Int, isUsable: Bool) {
        // What failed is asked again when it is due.
        if !isUsable { aheads[number] = nil }
        order.endedAhead(number, isUsable: isUsable)
        perform()
    }

    /// Nobody will take windows any more. Returns when nothing that was asked ahead of time is under way any more.
    func close() async {
        isClosed = true
        for errand in turns.keys { wake(&turns[errand, default: Turns()].readers) }
        wakeWriters()
        let last = aheads.values
        aheads = [:]
        for ahead in last { ahead.cancel() }
        for ahead in last { _ = await ahead.answer.value }
    }

    // MARK: What is done

    private func perform() {
        for action in order.takeActions() {
            switch action {
            case .ask(let turn):
                give(turn, .question)
                wakeWriters()
            case .publish(let turn): give(turn, .publication)
            case .cutOff(let session):
                if let asked = underWay[session] { asked.cutOff() } else { outdated.insert(session) }
            case .askAhead(let number, let window):
                if !isClosed { aheads[number] = askAhead?(number, window) }
            case .dropAhead(let number): aheads.removeValue(forKey: number)?.cancel()
            }
        }
    }

    private func give(_ turn: AnswerOrder.Turn, _ errand: Errand) {
        turns[errand, default: Turns()].waiting.append(turn)
        wake(&turns[errand, default: Turns()].readers)
    }

    private func wakeWriters() { wake(&writers) }

    private func wake(_ sleepers: inout [CheckedContinuation<Void, Never>]) {
        for sleeper in sleepers { sleeper.resume() }
        sleepers.removeAll()
    }
}
