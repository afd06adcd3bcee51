/// Where the status line stands among what is printed.
import Testing

@testable import Terminal

@Suite("Drawing the status line", .timeLimit(.minutes(5)))
struct StatusDrawingTests {
    private static let erasure = "\r\u{1B}[K"

    private final class Screen {
        private var drawing = StatusDrawing()
        private let start = ContinuousClock.now

        /// What is written for texts and a line, so many milliseconds after the start.
        func written(_ texts: [String], _ line: String?, at milliseconds: Int) -> String {
            let pieces = drawing.around(texts.map { Array($0.utf8) }, line, at: start + .milliseconds(milliseconds))
            return String(decoding: pieces.joined(), as: UTF8.self)
        }
    }

    private let screen = Screen()

    @Test("Where there is never a line, texts are written as they are")
    func none() {
        #expect(screen.written(["one\n", "two\n"], nil, at: 0) == "one\ntwo\n")
        #expect(screen.written([], nil, at: 1000) == "")
    }

    @Test("It is drawn in place, at most ten times a second")
    func pace() {
        #expect(screen.written([], "a", at: 0) == "\ra\u{1B}[K\r")
        #expect(screen.written([], "b", at: 99) == "")
        #expect(screen.written([], "c", at: 100) == "\rc\u{1B}[K\r")
        #expect(screen.written([], "d", at: 199) == "")
    }

    @Test("It is erased before a text, and comes back below when it is due")
    func aroundTexts() {
        _ = screen.written([], "a", at: 0)
        #expect(screen.written(["one\n"], "b", at: 50) == Self.erasure + "one\n")
        #expect(screen.written(["two\n"], "c", at: 60) == "two\n")
        #expect(screen.written(["three\n"], "d", at: 100) == "three\n\rd\u{1B}[K\r")
        #expect(screen.written(["four\n"], "e", at: 300) == Self.erasure + "four\n\re\u{1B}[K\r")
    }

    @Test("It is erased once when there is nothing to say any more")
    func erased() {
        _ = screen.written([], "a", at: 0)
        #expect(screen.written([], nil, at: 10) == Self.erasure)
        #expect(screen.written([], nil, at: 20) == "")
    }
}
