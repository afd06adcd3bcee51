/// The options that say how conversations are cut.
import Testing

@testable import Consumer

@Suite("Options for windows", .timeLimit(.minutes(5)))
struct WindowOptionsTests {
    @Test("one asks for answers at the close, or early ones as well; parts come by themselves")
    func trigger() throws {
        #expect(try WindowOptions.parse([]).policy.turnSilence == nil)
        #expect(try WindowOptions.parse(["--trigger", "window"]).policy.turnSilence == nil)
        #expect(try WindowOptions.parse(["--trigger", "turn"]).policy.turnSilence == 2000)
        #expect(throws: (any Error).self) { try WindowOptions.parse(["--trigger", "size"]) }
    }
}
