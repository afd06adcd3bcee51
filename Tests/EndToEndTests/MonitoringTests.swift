/// Metrics and health, as a real Prometheus sees them. What happens is written in Python, beside this file.
import Testing
import TestSupport

@Suite("Metrics and health", .timeLimit(.minutes(5)))
struct MonitoringTests {
    @Test(
        "what is said to whoever watches",
        arguments: [
            "scraped", "promtool", "documented", "counts", "health", "crowd", "refused", "unix", "rotated",
        ])
    func monitoring(_ name: String) async throws {
        let test = try await Setup().python(
            "Tests/EndToEndTests/Python/monitoring.py", RunningProgram.programFolder, "MonitoringTest.test_" + name)
        #expect(await test.exit() == 0, "\(test.errorText)")
        #expect(test.errorText.contains("Ran 1 test"))
    }
}
