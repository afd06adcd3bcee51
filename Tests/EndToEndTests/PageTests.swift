/// The page in a real browser, from Debian's Chromium. What happens is written in Python, beside this file.
import Testing
import TestSupport

@Suite("The page in a browser", .timeLimit(.minutes(5)))
struct PageTests {
    private let setup: Setup

    init() throws { setup = try Setup() }

    private func run(_ file: String, _ name: String) async throws {
        let test = try await setup.python(
            "Tests/EndToEndTests/Python/\(file).py", RunningProgram.programFolder, name)
        #expect(await test.exit() == 0, "\(test.errorText)")
        #expect(test.errorText.contains("Ran 1 test"))
    }

    @Test(
        "chats and suggestions as they come; what people do comes back; whatever is killed, nothing is missing",
        arguments: [
            "sample", "statuses", "revised_and_superseded", "late_and_rejected", "compose_and_edit", "keys", "kills",
            "slow_tab", "back", "terminated",
        ])
    func page(_ name: String) async throws { try await run("page", "PageTest.test_" + name) }

    @Test(
        "who waits, what is offered, and nothing is told twice or to the wrong customer",
        arguments: ["facts", "drafts", "meanwhile", "unread", "taken", "once", "places"])
    func desk(_ name: String) async throws { try await run("page_desk", "DeskTest.test_" + name) }

    @Test("axe finds nothing, in light and dark, wide and narrow")
    func access() async throws { try await run("page_access", "AccessTest.test_accessible") }

    @Test(
        "strangers, their pages and their texts do no harm",
        arguments: [
            "GuardTest.test_strangers", "GuardTest.test_ends", "GuardTest.test_addresses", "GuardTest.test_stalled",
            "GuardTest.test_unread",
            "ForeignPageTest.test_foreign_page",
            "HostileTextTest.test_hostile_texts", "HostileTextTest.test_impostor",
            "HostileTextTest.test_hostile_answers",
        ])
    func safety(_ name: String) async throws { try await run("page_safety", name) }
}
