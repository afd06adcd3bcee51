/// What a thread says of itself.
import Testing

@testable import Threads

@Suite("A noticeboard", .timeLimit(.minutes(1)))
struct NoticeboardTests {
    @Test("While there is always more to do, not each time is noted; the last is")
    func seldom() {
        let start = ContinuousClock.now
        let board = Noticeboard(0)
        board.note(isLast: false, at: start) { 1 }
        board.note(isLast: false, at: start + .milliseconds(199)) { 2 }
        #expect(board.reading == 1)
        board.note(isLast: false, at: start + .milliseconds(200)) { 3 }
        #expect(board.reading == 3)
        board.note(isLast: true, at: start + .milliseconds(201)) { 4 }
        #expect(board.reading == 4)
    }
}
