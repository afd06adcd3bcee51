/// When messages are due, and how far time has come.
import ArgumentParser
import Chat
import Testing

@testable import Producer
@testable import Producing

@Suite("Pacer", .timeLimit(.minutes(5)))
struct PacerTests {
    /// Event time and real time of the first message.
    private let first = Timestamp(milliseconds: 1_737_642_600_000)
    private let start = Duration.seconds(1000)

    private func event(_ milliseconds: Int64) -> Timestamp {
        Timestamp(milliseconds: first.milliseconds + milliseconds)
    }
    private func real(_ milliseconds: Int64) -> Duration { start + .milliseconds(milliseconds) }

    /// A pacer that has published the first message.
    private func begun(_ speed: Double) -> Pacer {
        var pacer = Pacer(speed: speed)
        _ = pacer.due(first, now: start)
        pacer.published(first, now: start)
        return pacer
    }

    // MARK: Due

    @Test(
        "A message is due its distance from the first, divided by the speed, after the start",
        arguments: [
            (1, 10_000, 10_000), (2, 10_000, 5000), (0.5, 10_000, 20_000), (10, 10_000, 1000), (4, 1, 0.25), (1, 0, 0),
            (3, 10_000, 3333.333_333), (0.001, 1, 1000), (1000, 86_400_000, 86_400),
            (1, 315_360_000_000, 315_360_000_000),
        ] as [(Double, Int64, Double)])
    func due(_ speed: Double, _ distance: Int64, _ milliseconds: Double) {
        var pacer = Pacer(speed: speed)
        #expect(pacer.due(first, now: start) == start)
        // When one asks makes no difference.
        for now in [start, real(7), real(1_000_000)] {
            let due = pacer.due(event(distance), now: now)
            #expect(abs((due - start).inMilliseconds - milliseconds) < 0.001)
        }
    }

    @Test("Delays don't add up: each message is due from the start, however late those before it were")
    func noDrift() {
        var pacer = begun(3)
        for number in 1...1000 as ClosedRange<Int64> {
            let due = pacer.due(event(number * 100), now: real(number * 200))
            pacer.published(event(number * 100), now: due + .milliseconds(20))
            #expect(abs((due - start).inMilliseconds - Double(number) * 100 / 3) < 0.001)
        }
    }

    @Test("A message that goes back in time is due at once, and moves nobody else's time")
    func backwards() {
        var pacer = begun(1)
        pacer.published(event(10_000), now: real(10_000))
        for back in [9999, 5000, 0, -1, -86_400_000] as [Int64] {
            #expect(pacer.due(event(back), now: real(10_000)) <= real(10_000))
            pacer.published(event(back), now: real(10_000))
        }
        #expect(pacer.due(event(12_000), now: real(10_000)) == real(12_000))
    }

    @Test("At speed 0, everything is due at once")
    func speedZero() {
        var pacer = Pacer(speed: 0)
        for (index, distance) in ([0, 10_000, 5, 86_400_000, -5] as [Int64]).enumerated() {
            let now = real(Int64(index))
            #expect(pacer.due(event(distance), now: now) == now)
            pacer.published(event(distance), now: now)
        }
    }

    @Test("Going on, messages are due as if the latest had been published now", arguments: [0.5, 1, 10] as [Double])
    func goesOn(_ speed: Double) {
        var pacer = begun(speed)
        // Read over without waiting for them.
        pacer.published(event(60_000), now: real(3))
        pacer.published(event(20_000), now: real(4))
        pacer.goOn(now: real(5))
        #expect(pacer.due(event(60_000), now: real(5)) == real(5))
        #expect(pacer.due(event(20_000), now: real(5)) == real(5))
        #expect(pacer.due(event(90_000), now: real(5)) == real(5) + .milliseconds(30_000 / speed))
        #expect(pacer.reached(before: event(90_000), now: real(5)) == event(60_000))
    }

    @Test("Going on before anything was published changes nothing")
    func goesOnFromNothing() {
        var pacer = Pacer(speed: 1)
        pacer.goOn(now: real(5))
        #expect(pacer.reached(now: real(5)) == nil)
        #expect(pacer.due(first, now: real(7)) == real(7))
    }

    // MARK: Event time reached

    @Test("Before the first message, no time has been reached")
    func nothingReached() {
        let pacer = Pacer(speed: 1)
        #expect(pacer.reached(now: start) == nil)
        #expect(pacer.reached(before: first, now: start) == nil)
        var asked = Pacer(speed: 1)
        _ = asked.due(first, now: start)
        #expect(asked.reached(now: real(1000)) == nil)
    }

    @Test(
        "While the next message is known, time goes on at the stream's speed until just before it",
        arguments: [
            (1, 0, 0), (1, 10_000, 10_000), (1, 29_999, 29_999), (1, 30_000, 29_999), (1, 60_000, 29_999),
            (2, 10_000, 20_000), (2, 15_001, 29_999), (0.5, 10_000, 5000), (10, 2000, 20_000), (10, 4000, 29_999),
            (0, 10_000, 0),
        ] as [(Double, Int64, Int64)])
    func reachedBefore(_ speed: Double, _ passed: Int64, _ expected: Int64) {
        #expect(begun(speed).reached(before: event(30_000), now: real(passed)) == event(expected))
    }

    @Test(
        "Time reached is before the next message, and never behind what was published",
        arguments: [0, 0.5, 1, 10, 1000] as [Double])
    func bounds(_ speed: Double) throws {
        for published in [0, 1, 5000, 60_000] as [Int64] {
            for next in [-60_000, 0, 1, 4999, 5000, 5001, 60_000, 90_000, 86_400_000] as [Int64] {
                for passed in [0, 1, 999, 5000, 100_000, 1_000_000_000] as [Int64] {
                    var pacer = begun(speed)
                    pacer.published(event(published), now: real(0))
                    let reached = try #require(pacer.reached(before: event(next), now: real(passed)))
                    #expect(reached >= event(published))
                    #expect(reached <= max(event(next - 1), event(published)))
                }
            }
        }
    }

    @Test("A message more than an hour ahead is a leap, which the next one confirms or denies")
    func leaps() {
        let hour: Int64 = 3_600_000
        var pacer = Pacer(speed: 1)
        #expect(!pacer.isLeap(event(100 * hour)), "the first message is never one")
        _ = pacer.due(event(0), now: start)
        pacer.published(event(0), now: start)
        #expect(!pacer.isLeap(event(hour)))
        #expect(pacer.isLeap(event(hour + 1)))
        #expect(pacer.isDenied(event(10 * hour), by: event(1000)))
        #expect(pacer.isDenied(event(10 * hour), by: event(9 * hour - 1)))
        #expect(!pacer.isDenied(event(10 * hour), by: event(9 * hour)))
        #expect(!pacer.isDenied(event(10 * hour), by: event(11 * hour)))
    }

    @Test("A message that goes back in time doesn't take reached time back")
    func reachedBackwards() {
        var pacer = begun(1)
        pacer.published(event(10_000), now: real(10_000))
        pacer.published(event(3000), now: real(10_000))
        #expect(pacer.reached(before: event(3000), now: real(10_000)) == event(10_000))
        #expect(pacer.reached(now: real(10_000)) == event(10_000))
        #expect(pacer.reached(before: .distantPast, now: real(50_000)) == event(10_000))
    }

    @Test(
        "While nobody knows what comes next, time goes on as on the wall, or slower where the stream is slower",
        arguments: [
            (0, 10_000, 0), (0.5, 0, 0), (0.5, 10_000, 5000), (1, 0, 0), (1, 1, 1), (1, 10_000, 10_000),
            (10, 10_000, 10_000),
            (1000, 1, 1), (0.001, 999, 0), (0.001, 1000, 1),
        ] as [(Double, Int64, Int64)])
    func reachedNow(_ speed: Double, _ passed: Int64, _ expected: Int64) {
        #expect(begun(speed).reached(now: real(passed)) == event(expected))
        // It counts from the latest message.
        var pacer = begun(speed)
        pacer.published(event(7000), now: real(500))
        #expect(pacer.reached(now: real(500 + passed)) == event(7000 + expected))
    }

    @Test("Of several messages at one moment, silence counts from the last")
    func latest() {
        var pacer = begun(1)
        pacer.published(event(1000), now: real(1000))
        pacer.published(event(1000), now: real(4000))
        pacer.published(event(500), now: real(5000))
        #expect(pacer.reached(now: real(6000)) == event(3000))
    }

    @Test("A speed that the command line takes never leads into a crash, however odd it is")
    func oddSpeeds() async {
        await #expect(processExitsWith: .success) {
            for speed in ["0", "1e-300", "1e-18", "1e-9", "1e9", "1e18", "1e20", "1e300", "4.9e-324", "1.7e308"] {
                guard let command = try? ProducerCommand.parse(["--speed-factor", speed]) else { continue }
                var pacer = Pacer(speed: command.speedFactor)
                let now = Duration.seconds(1000)
                let times: [Int64] = [0, 1000, 86_400_000, 253_402_300_799_999, -62_167_219_200_000]
                for (index, time) in times.enumerated() {
                    let later = now + .seconds(index * 10)
                    let due = pacer.due(Timestamp(milliseconds: time), now: later)
                    _ = due - later
                    pacer.published(Timestamp(milliseconds: time), now: later)
                    _ = pacer.reached(now: later + .seconds(86_400))
                    _ = pacer.reached(before: Timestamp(milliseconds: time + 1), now: later + .seconds(86_400))
                }
            }
        }
    }
}
