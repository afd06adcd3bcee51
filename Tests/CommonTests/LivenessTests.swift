/// Whether a program gets on, for whoever asks.
import Testing

@testable import Common

@Suite("What the watchdog saw", .timeLimit(.minutes(1)))
struct LivenessTests {
    private static let start = ContinuousClock.now

    @Test("As long as nobody has looked, nothing is said against the program")
    func unseen() { #expect(Liveness().standing(at: Self.start) == nil) }

    @Test("Whoever stands is named, until all get on again")
    func standing() {
        let liveness = Liveness()
        liveness.put(
            Health.Verdict(isAlive: false, status: "commit stands for 20 s"), goodUntil: Self.start + .seconds(10))
        #expect(liveness.standing(at: Self.start) == "commit stands for 20 s")
        liveness.put(Health.Verdict(isAlive: true, status: "Waiting"), goodUntil: Self.start + .seconds(10))
        #expect(liveness.standing(at: Self.start) == nil)
    }

    @Test("Where nobody looks any more, that is said")
    func old() {
        let liveness = Liveness()
        liveness.put(Health.Verdict(isAlive: true, status: "Waiting"), goodUntil: Self.start + .seconds(10))
        #expect(liveness.standing(at: Self.start + .seconds(10)) == nil)
        #expect(liveness.standing(at: Self.start + .seconds(11)) == "the watchdog stands")
    }
}
