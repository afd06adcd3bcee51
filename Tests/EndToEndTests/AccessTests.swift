/// Who may listen and speak, with strangers at the sockets. What happens is written in Python, beside this file.
import Testing
import TestSupport

@Suite("Who may listen and speak", .timeLimit(.minutes(5)))
struct AccessTests {
    @Test(
        "whoever has no key, or no right, gets nothing",
        arguments: ["strangers", "rights", "programs", "czmq", "refused", "names", "warned"])
    func access(_ name: String) async throws {
        let test = try await Setup().python(
            "Tests/EndToEndTests/Python/access.py", RunningProgram.programFolder, "AccessTest.test_" + name)
        #expect(await test.exit() == 0, "\(test.errorText)")
        #expect(test.errorText.contains("Ran 1 test"))
    }
}
