/// Exit codes.
import Common
import Testing

@Suite("Exit status", .timeLimit(.minutes(5)))
struct ExitStatusTests {
    @Test(
        "Codes are those of sysexits, and the text is the caller's",
        arguments: [
            (.usage("why"), 64), (.noInput("why"), 66), (.unavailable("why"), 69), (.software("why"), 70),
            (.cannotCreate("why"), 73), (.inputOutput("why"), 74),
        ] as [(Common.ExitStatus, Int32)])
    func codes(_ status: Common.ExitStatus, _ code: Int32) {
        #expect(status.code == code)
        #expect(status.description == "why")
    }
}
