/// Traces, as a collector gets them. What happens is written in Python, beside this file.
import Testing
import TestSupport

@Suite("Traces", .timeLimit(.minutes(5)))
struct TracesTests {
    @Test(
        "what is sent to a collector",
        arguments: ["sent", "masked", "away", "refused", "gone", "silent", "partial", "mistakes"])
    func traces(_ name: String) async throws {
        let test = try await Setup().python(
            "Tests/EndToEndTests/Python/traces.py", RunningProgram.programFolder, "TracesTest.test_" + name)
        #expect(await test.exit() == 0, "\(test.errorText)")
        #expect(test.errorText.contains("Ran 1 test"))
    }
}
