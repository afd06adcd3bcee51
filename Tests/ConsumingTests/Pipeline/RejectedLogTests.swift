/// What the log says of lines that aren't messages.
import Storage
import Testing
import TestSupport

@testable import Consuming

@Suite("Rejected lines in the log", .timeLimit(.minutes(2)))
struct RejectedLogTests {
    @Test("The first is told, then the tenth, and no more than that")
    func log() {
        let logs = LogCapture()
        var log = RejectedLog(logs.logger)
        for number in 1...25 as ClosedRange<UInt64> {
            log.say([], of: "s")
            log.say([RejectedLine(sequence: number, line: "x", reason: "no \(number)")], of: "s")
        }
        log.say((26...2000).map { RejectedLine(sequence: $0, line: "x", reason: "no \($0)") }, of: "t")
        #expect(
            logs.texts(.warning) == [
                "1 lines so far are no messages: record 1 of s: no 1",
                "10 lines so far are no messages: record 10 of s: no 10",
                "2000 lines so far are no messages: record 26 of t: no 26",
            ])
    }
}
