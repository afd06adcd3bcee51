/// When a program gets on, and when one of its stages stands.
import Synchronization
import Testing

@testable import Common

@Suite("Health", .timeLimit(.minutes(5)))
struct HealthTests {
    /// A look: how many seconds after the one before, and what the stages have noted by then.
    struct Look: Sendable {
        let seconds: Double
        let stages: [(notes: UInt64, activity: Activity, hasWork: Bool)]
        let verdict: Health.Verdict

        /// - Parameter status: nil: all is well.
        init(_ seconds: Double, _ stages: [(UInt64, Activity, Bool)], _ status: String?, isAlive: Bool = true) {
            self.seconds = seconds
            self.stages = stages
            verdict = Health.Verdict(isAlive: isAlive, status: status ?? "Idle")
        }

        static func standing(_ seconds: Double, _ stages: [(UInt64, Activity, Bool)], _ status: String) -> Look {
            Look(seconds, stages, status, isAlive: false)
        }
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let looks: [Look]

        init(_ name: String, _ looks: Look...) {
            testDescription = name
            self.looks = looks
        }
    }

    /// A step may take ten seconds; somebody looks each five.
    static let cases = [
        Case(
            "nothing to do, for as long as one likes", Look(0, [(0, .idle, false)], nil),
            Look(5, [(0, .idle, false)], nil),
            Look(5, [(0, .idle, false)], nil), Look(5, [(0, .idle, false)], nil)),
        Case(
            "steps that come to an end", Look(0, [(1, .working, false)], nil), Look(5, [(2, .working, false)], nil),
            Look(5, [(2, .working, false)], nil), Look(5, [(3, .working, false)], nil),
            Look(10, [(9, .working, false)], nil)),
        Case(
            "inside one step for longer than allowed, and then not any more", Look(0, [(7, .working, false)], nil),
            Look(5, [(7, .working, false)], nil), Look(5, [(7, .working, false)], nil),
            .standing(5, [(7, .working, false)], "stage 0 stands for 15 s"),
            .standing(5, [(7, .working, false)], "stage 0 stands for 20 s"), Look(5, [(8, .working, false)], nil)),
        Case(
            "one stands while another gets on", Look(0, [(1, .working, false), (1, .working, false)], nil),
            Look(6, [(2, .working, false), (1, .working, false)], nil),
            .standing(6, [(3, .working, false), (1, .working, false)], "stage 1 stands for 12 s")),
        Case(
            "nothing to do, it says, and there is something", Look(0, [(4, .idle, false)], nil),
            Look(5, [(4, .idle, false)], nil), Look(5, [(4, .idle, false)], nil), Look(5, [(4, .idle, true)], nil),
            Look(5, [(4, .idle, true)], nil), Look(5, [(4, .idle, true)], nil),
            .standing(5, [(4, .idle, true)], "stage 0 stands for 15 s"), Look(5, [(4, .idle, false)], nil)),
        Case(
            "waiting as it should, however long", Look(0, [(1, .waiting(.model), false)], "Waiting for the model"),
            Look(9, [(1, .waiting(.model), false)], "Waiting for the model"),
            Look(9, [(1, .waiting(.model), false)], "Waiting for the model"),
            Look(9, [(2, .waiting(.room), false)], nil), Look(9, [(2, .waiting(.room), false)], nil)),
        Case(
            "the worst that is waited for is said",
            Look(
                0, [(1, .waiting(.model), false), (1, .waiting(.store), false), (1, .waiting(.room), false)],
                "Writing the store is waiting: disk full, or gone"),
            Look(
                5, [(1, .waiting(.model), false), (2, .idle, false), (1, .waiting(.room), false)],
                "Waiting for the model")),
        Case(
            "a program that was stopped as a whole", Look(0, [(1, .working, false)], nil),
            Look(3600, [(1, .working, false)], nil), .standing(5, [(1, .working, false)], "stage 0 stands for 15 s")),
        Case(
            "a stage that begins later", Look(0, [], nil), Look(60, [(0, .working, false)], nil),
            Look(5, [(0, .working, false)], nil), Look(5, [(0, .working, false)], nil),
            .standing(5, [(0, .working, false)], "stage 0 stands for 15 s")),
    ]

    @Test("A stage stands when it has been inside one step for longer than allowed, and only then", arguments: cases)
    func verdicts(_ rule: Case) {
        var health = Health(allowance: .seconds(10), interval: .seconds(5), idleStatus: "Idle")
        var now = ContinuousClock.now
        for (index, look) in rule.looks.enumerated() {
            now += .seconds(look.seconds)
            let readings = look.stages.enumerated().map {
                Health.Reading(
                    name: "stage \($0.offset)", notes: $0.element.notes, activity: $0.element.activity,
                    hasWork: $0.element.hasWork)
            }
            #expect(health.look(at: readings, now: now) == look.verdict, "look \(index)")
        }
    }

    @Test("Of several stages with one name one is named")
    func sameName() {
        var health = Health(allowance: .seconds(1), interval: .seconds(5), idleStatus: "Idle")
        let readings = (0..<3).map { _ in Health.Reading(name: "model stage", notes: 1, activity: .working) }
        let now = ContinuousClock.now
        _ = health.look(at: readings, now: now)
        #expect(health.look(at: readings, now: now + .seconds(2)).status == "model stage stands for 2 s")
    }

    @Test("What a stage notes is what is read, and each note counts")
    func notes() {
        let stages = Stages()
        let hasWork = Flag()
        let stage = stages.stage("a") { hasWork.isSet }
        func last() -> (UInt64, Activity, Bool)? { stages.readings.first.map { ($0.notes, $0.activity, $0.hasWork) } }
        #expect(last() ?? (9, .idle, true) == (0, .idle, false))
        stage.note()
        #expect(last() ?? (9, .idle, true) == (1, .working, false))
        for wait in [Wait.room, .store, .model] {
            stage.waiting(for: wait)
            #expect(last()?.1 == .waiting(wait))
        }
        hasWork.set()
        #expect(last()?.2 == false)
        stage.idle()
        #expect(last() ?? (9, .working, false) == (5, .idle, true))
        // What has ended has nothing to do, whatever is left.
        stage.end()
        #expect(last() ?? (9, .working, true) == (6, .idle, false))
    }
}

/// A flag that a closure can look at.
private final class Flag: Sendable {
    private let flag = Atomic(false)
    var isSet: Bool { flag.load(ordering: .relaxed) }
    func set() { flag.store(true, ordering: .relaxed) }
}
