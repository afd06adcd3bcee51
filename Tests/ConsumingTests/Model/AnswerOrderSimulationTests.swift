/// How long sessions wait when the model is too slow, by a clock that nobody waits for.
import DequeModule
import Records
import Storage
import Streaming
import Testing
import TestSupport

@testable import Consuming

@Suite("A model that is too slow", .timeLimit(.minutes(1)))
struct AnswerOrderSimulationTests {
    private static let sessions = ["A", "B", "C", "D", "E", "F"]
    /// So long windows come, in milliseconds.
    private static let end = 120_000

    /// What happened in 120 seconds.
    private struct Outcome {
        /// Windows that a model has answered, in order, and when.
        var answered: [(session: String, name: String, time: Int)] = []
        var superseded = 0
        var cutOff = 0
        /// For each session, the longest time from when it began to wait until it had a fresh answer.
        var longestWait: [String: Int] = [:]
    }

    /// One question under way.
    private struct Running {
        let window: PendingWindow
        /// When the session began to wait for this answer.
        let since: Int
        let first: Int
        let done: Int
        var hasBegun = false
    }

    /// Six sessions, whose windows come as often as three times as many models could answer them: early ones and then their
    /// close, each with something new.
    ///
    /// - Parameters:
    ///   - service: how long an answer takes; half of it until its first token.
    private static func windows(slots: Int, service: Int, seed: UInt64) -> [(time: Int, window: PendingWindow)] {
        var random = SeededGenerator(seed)
        let pause = sessions.count * service / slots / 3
        var windows: [(time: Int, window: PendingWindow)] = []
        for session in sessions {
            var time = Int.random(in: 0..<pause, using: &random)
            var number = 1
            while time < end {
                let isClose = number % 2 == 0
                windows.append(
                    (
                        time,
                        .of(
                            session, (number + 1) / 2, isClose ? .window : .turn, revision: isClose ? 2 : 1,
                            of: isClose ? 2 : 1, by: .customer, saying: "x")
                    ))
                number += 1
                time += Int.random(in: (pause * 3 / 4)...(pause * 5 / 4), using: &random)
            }
        }
        return windows.sorted { ($0.time, $0.window.name) < ($1.time, $1.window.name) }
    }

    /// Runs an order by a clock of its own.
    private static func run(_ policy: AnswerOrder.Policy, slots: Int, service: Int, seed: UInt64) -> Outcome {
        var order = AnswerOrder(policy, slots: slots)
        var outcome = Outcome()
        var coming = Deque(windows(slots: slots, service: service, seed: seed))
        var running: [String: Running] = [:]
        var waitingSince: [String: Int] = [:]
        func waited(_ session: String, since: Int, until time: Int) {
            outcome.longestWait[session] = max(outcome.longestWait[session] ?? 0, time - since)
        }
        var now = 0
        while true {
            for action in order.takeActions() {
                switch action {
                case .ask(let turn), .publish(let turn):
                    outcome.superseded += turn.known.count { $0.response.status == .superseded }
                    guard let window = turn.question else {
                        order.ended(turn.session, nil, at: .now)
                        continue
                    }
                    // What comes from now on isn't in this answer.
                    running[window.result.sessionID] = Running(
                        window: window, since: waitingSince.removeValue(forKey: window.result.sessionID) ?? now,
                        first: now + service / 2, done: now + service)
                case .cutOff(let session):
                    guard let cut = running.first(where: { .of($0.key) == session })?.value else { continue }
                    outcome.cutOff += 1
                    running[cut.window.result.sessionID] = nil
                    waitingSince[cut.window.result.sessionID] = cut.since
                    order.ended(session, nil, at: .now)
                case .askAhead, .dropAhead: break
                }
            }
            let begin = running.filter { !$0.value.hasBegun }.map(\.value.first).min()
            let done = running.map(\.value.done).min()
            now = [coming.first?.time, begin, done].compactMap(\.self).min() ?? end
            if now >= end { break }
            for (session, one) in running.sorted(by: { $0.key < $1.key }) {
                if !one.hasBegun && one.first <= now { running[session]?.hasBegun = order.began(.of(session)) }
                guard one.done <= now else { continue }
                running[session] = nil
                waited(session, since: one.since, until: now)
                outcome.answered.append((session, one.window.name, now))
                order.ended(.of(session), AnswerOrderTests.answer, at: .now)
            }
            while let window = coming.first?.window, coming.first?.time ?? .max <= now {
                coming.removeFirst()
                if waitingSince[window.result.sessionID] == nil { waitingSince[window.result.sessionID] = now }
                order.came(window)
            }
        }
        for (session, since) in waitingSince { waited(session, since: since, until: end) }
        for (session, one) in running { waited(session, since: one.since, until: end) }
        return outcome
    }

    /// The ideal is that sessions take turns, each with one answer: as many as there are, times an answer's time, shared by the
    /// slots.
    @Test(
        "With latest no session waits more than twice the ideal for a fresh answer",
        arguments: [(1, 2250), (2, 4500)], 0..<50 as Range<UInt64>)
    func latest(_ model: (slots: Int, service: Int), seed: UInt64) {
        let outcome = Self.run(.latest, slots: model.slots, service: model.service, seed: seed)
        let ideal = Self.sessions.count * model.service / model.slots
        for session in Self.sessions {
            #expect(outcome.longestWait[session] ?? .max <= 2 * ideal, "\(session), of \(outcome.longestWait)")
        }
        #expect(outcome.superseded > 0)
        #expect(outcome.cutOff > 0)
    }

    @Test(
        "With queue each window is answered, sessions in turn, and none is cut off", arguments: 0..<5 as Range<UInt64>)
    func queue(_ seed: UInt64) {
        let (slots, service) = (1, 2250)
        let outcome = Self.run(.queue, slots: slots, service: service, seed: seed)
        #expect(outcome.superseded == 0)
        #expect(outcome.cutOff == 0)
        #expect(
            outcome.answered.map(\.name)
                == Self.inTurn(Self.windows(slots: slots, service: service, seed: seed), service))
    }

    /// What one model answers in that time if a session that has been answered goes to the end of the line.
    private static func inTurn(_ windows: [(time: Int, window: PendingWindow)], _ service: Int) -> [String] {
        var coming = Deque(windows)
        var waiting: [String: Deque<PendingWindow>] = [:]
        var line: Deque<String> = []
        var answered: [String] = []
        var busy: (session: String, name: String, done: Int)?
        var now = 0
        while true {
            if busy == nil, let session = line.popFirst(), let window = waiting[session]?.popFirst() {
                busy = (session, window.name, now + service)
            }
            let next = [coming.first?.time, busy?.done].compactMap(\.self).min() ?? end
            guard next < end else { return answered }
            now = next
            if let (session, name, done) = busy, done <= now {
                answered.append(name)
                busy = nil
                if waiting[session]?.isEmpty == false { line.append(session) }
            }
            while let window = coming.first?.window, coming.first?.time ?? .max <= now {
                coming.removeFirst()
                let session = window.result.sessionID
                waiting[session, default: []].append(window)
                if waiting[session]?.count == 1 && busy?.session != session { line.append(session) }
            }
        }
    }
}
