/// What peers can have logged.
import Logging
import Testing
import TestSupport

@testable import Common

@Suite("The log of what peers do", .timeLimit(.minutes(1)))
struct PeerLogTests {
    private let start = ContinuousClock.now

    @Test("has so many lines at once and then one a second, and counts the others in the next one")
    func bound() {
        let capture = LogCapture()
        var log = PeerLog(capture.logger, now: start)
        for number in 0..<1000 { log.log(.info, "\(number)", now: start) }
        #expect(capture.texts(.info) == (0..<PeerLog.burst).map(String.init))
        log.log(.info, "later", now: start + .milliseconds(2500))
        #expect(capture.texts(.warning) == ["900 more lines like these were left out of the log: they came too fast"])
        log.log(.info, "and again", now: start + .milliseconds(2500))
        log.log(.info, "too much", now: start + .milliseconds(2999))
        #expect(capture.texts(.info).suffix(2) == ["later", "and again"])
        log.sayWhatWasLeftOut()
        #expect(capture.texts(.warning).count == 2)
    }

    @Test("warnings and errors aren't hidden by what else is logged, and are bounded as well")
    func problems() {
        let capture = LogCapture()
        var log = PeerLog(capture.logger, now: start)
        for number in 0..<1000 { log.log(.info, "\(number)", now: start) }
        for number in 0..<1000 { log.log(.error, "\(number)", now: start) }
        #expect(capture.texts(.error) == (0..<PeerLog.burst).map(String.init))
    }

    @Test("has all of what is rare, however long it goes on")
    func rare() {
        let capture = LogCapture()
        var log = PeerLog(capture.logger, now: start)
        for number in 0..<1000 { log.log(.info, "\(number)", now: start + .seconds(number)) }
        #expect(capture.lines.all.count == 1000)
    }

    @Test("a level that isn't logged takes no room")
    func level() {
        let capture = LogCapture()
        var quiet = capture.logger
        quiet.logLevel = .warning
        var log = PeerLog(quiet, now: start)
        for _ in 0..<1000 { log.log(.info, "not logged", now: start) }
        log.log(.warning, "logged", now: start)
        #expect(capture.lines.all.map(\.text) == ["logged"])
    }
}
