/// When a publisher counts as silent.
import Testing

@testable import Feed

@Suite("Silence", .timeLimit(.minutes(5)))
struct SilenceTests {
    private let start = ContinuousClock.now

    private func at(_ seconds: Double) -> ContinuousClock.Instant { start + .seconds(seconds) }

    @Test("it is reported when it has lasted so long, once")
    func limit() {
        var silence = Silence(limit: .seconds(3), now: start)
        let looks = [1.0, 2, 2.9, 3, 3.1, 4, 10].map { silence.look(at($0), wasHeard: false) }
        #expect(looks == [false, false, false, true, false, false, false])
    }

    @Test("whatever is heard begins it anew, also after it was reported")
    func heard() {
        var silence = Silence(limit: .seconds(2), now: start)
        let looks = [(1.0, false), (1.9, true), (3, false), (3.9, false), (5, true), (6, false), (7, false)].map {
            silence.look(at($0.0), wasHeard: $0.1)
        }
        #expect(looks == [false, false, false, true, false, false, true])
    }

    @Test("time in which nobody looked, as when this process was stopped, is no silence")
    func stopped() {
        var silence = Silence(limit: .seconds(3), now: start)
        // Stopped for a minute, it counts a moment of that.
        let looks = [1.0, 61, 62].map { silence.look(at($0), wasHeard: false) }
        #expect(looks == [false, false, true])
    }

    @Test("without a limit there is none")
    func unlimited() {
        var silence = Silence(limit: nil, now: start)
        let looks = (1...10_000).map { silence.look(at(Double($0)), wasHeard: false) }
        #expect(!looks.contains(true))
        #expect(silence.timeToLimit == nil)
    }

    @Test("says how long it has to last")
    func timeToLimit() {
        var silence = Silence(limit: .seconds(3), now: start)
        #expect(silence.timeToLimit == .seconds(3))
        _ = silence.look(at(1), wasHeard: false)
        #expect(silence.timeToLimit == .seconds(2))
        _ = silence.look(at(2), wasHeard: false)
        _ = silence.look(at(3), wasHeard: false)
        #expect(silence.timeToLimit == nil)
        _ = silence.look(at(4), wasHeard: true)
        #expect(silence.timeToLimit == .seconds(3))
    }
}
