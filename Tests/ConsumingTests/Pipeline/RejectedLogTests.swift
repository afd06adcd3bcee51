/// What the log says of lines that aren't messages.
import Answering
import Storage
import Testing
import TestSupport
import Threads

@testable import Consuming

@Suite("Rejected lines in the log", .timeLimit(.minutes(2)))
struct RejectedLogTests {
    @Test("The first is told, then the tenth, and no more than that")
    func log() {
        let logs = LogCapture()
        var log = RejectedLog(logs.logger, masked: Noticeboard([]))
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

    @Test("What is masked for a model isn't shown, from the moment that it is")
    func masked() {
        let logs = LogCapture()
        let masked = Noticeboard<[MaskKind]>([])
        var log = RejectedLog(logs.logger, masked: masked)
        let reason = #"unknown sender "max@example.com""#
        log.say([RejectedLine(sequence: 1, line: "x", reason: reason)], of: "s")
        masked.note(isLast: true) { [.email] }
        log.say((2...10).map { RejectedLine(sequence: $0, line: "x", reason: reason) }, of: "s")
        #expect(
            logs.texts(.warning) == [
                #"1 lines so far are no messages: record 1 of s: unknown sender "max@example.com""#,
                #"10 lines so far are no messages: record 2 of s: unknown sender "[EMAIL-1]""#,
            ])
    }
}
