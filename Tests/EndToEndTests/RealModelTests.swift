/// A real model on llama.cpp's own server, which knows nothing of this project, and the demo that uses it. What happens is
/// written in Python, beside this file.
import Foundation
import Testing
import TestSupport

/// llama.cpp's server and a small model, as `make test` installs them.
private enum RealModel {
    static let isMissing: Comment =
        "llama.cpp's server and a small model aren't installed; scripts/streamllm-model --install says why"

    /// The mark of an installation is a copy of what it had to install.
    static var isInstalled: Bool {
        FileManager.default.contentsEqual(
            atPath: Setup.package + "/.venv/model", andPath: Setup.package + "/scripts/requirements-model.txt")
    }

    /// Runs a case of a Python file; its words are those of a failure.
    static func run(_ file: String, _ name: String) async throws {
        let setup = try Setup()
        let test = try await setup.python("Tests/EndToEndTests/Python/\(file)", RunningProgram.programFolder, name)
        let code = await test.exit()
        withExtendedLifetime(setup) {}
        #expect(code == 0, "\(test.errorText)")
        #expect(test.errorText.contains("Ran 1 test"))
    }
}

@Suite("A real model", .timeLimit(.minutes(5)), .enabled(if: RealModel.isInstalled, RealModel.isMissing))
struct RealModelTests {
    @Test(
        "on one server and on two, killed and back, started late; its tokens, its context, its addresses, its answers",
        arguments: [
            "one_server", "two_servers", "killed_and_back", "started_later", "prompt_tokens", "small_context",
            "addresses", "customer_turns",
        ])
    func answers(_ name: String) async throws {
        try await RealModel.run("real_model.py", "RealModel.test_" + name)
    }

    @Test(
        "in the demo: answers are seen while they are written, and nothing is left behind",
        arguments: ["real", "interrupted", "damaged_model", "server_that_is_there", "killed"])
    func demo(_ name: String) async throws {
        try await RealModel.run("demo_runs.py", "RealRuns.test_" + name)
    }
}

@Suite("The demo", .timeLimit(.minutes(5)))
struct DemoTests {
    @Test("decides by these tables")
    func rules() async throws {
        let setup = try Setup()
        let rules = try await setup.python("Tests/EndToEndTests/Python/demo_rules.py")
        #expect(await rules.exit() == 0, "\(rules.errorText)")
    }

    @Test(
        "runs without a model, too, and says why; mistakes are named in a line",
        arguments: [
            "none", "page", "without_network", "no_such_model", "no_such_programs", "left_alone", "programs_that_fail",
            "refusals",
        ])
    func runs(_ name: String) async throws {
        try await RealModel.run("demo_runs.py", "Runs.test_" + name)
    }
}
