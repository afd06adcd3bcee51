/// Windows that somebody else has cut. What happens is written in Python, beside this file.
import Foundation
import Testing
import TestSupport

@Suite("Windows from elsewhere", .timeLimit(.minutes(5)))
struct ResultsTests {
    @Test(
        "each gets one entry and its answer, given once or again, whatever is killed", arguments: ["entries", "killed"])
    func results(_ name: String) async throws {
        let setup = try Setup()
        let test = try await setup.python(
            "Tests/EndToEndTests/Python/results.py", RunningProgram.programFolder, "Results.test_" + name)
        #expect(await test.exit() == 0, "\(test.errorText)")
        #expect(test.errorText.contains("Ran 1 test"))
    }

    @Test("its endpoint is its own")
    func same() async throws {
        let setup = try Setup()
        let consumer = try await setup.consumer(["--windows-from", setup.folder.endpoint("out")])
        #expect(await consumer.exit() == 64)
    }
}
