/// What may stand in a file of settings, and what is said of what may not.
import Common
import Foundation
import Settings
import Testing
import TestSupport

@testable import Consumer

@Suite("File of settings", .timeLimit(.minutes(5)))
struct SettingsFileTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func read(_ text: String, name: String = "consumer.yaml", _ words: [String] = []) throws -> ConsumerCommand
    {
        let path = try folder.write(name, text)
        return try SettingsReader(ConsumerCommand.self, commandLine: ["--config", path] + words, environment: [:])
            .read().command
    }

    private func problem(_ text: String) throws -> String {
        do {
            _ = try read(text)
        } catch {
            // What stands before it is the folder of the test.
            return "\(error)".replacingOccurrences(of: folder.path + "/", with: "")
        }
        Issue.record("That can't be read: \(text)")
        return ""
    }

    @Test(
        "Values are the options', in YAML and in JSON",
        arguments: [
            "window: sliding\nwindow-size: 60\nephemeral: true\ninput-endpoint: [tcp://a:1, tcp://b:2]\nsystem-prompt: |\n  One.\n  Two.\n",
            "# As it was.\nwindow:   'sliding' # cut\nwindow-size: 60.0\nephemeral: yes\ninput-endpoint:\n- tcp://a:1\n- \"tcp://b:2\"\nsystem-prompt: \"One.\\nTwo.\\n\"\n",
            #"{"window": "sliding", "window-size": 60, "ephemeral": true, "input-endpoint": ["tcp://a:1", "tcp://b:2"], "system-prompt": "One.\nTwo.\n"}"#,
            "{\n\t\"window\": \"sliding\",\n\t\"window-size\": 6e1,\n\t\"ephemeral\": true,\n\t\"input-endpoint\": [\n\t\t\"tcp://a:1\", \"tcp://b:2\"\n\t],\n\t\"system-prompt\": \"One.\\nTwo.\\n\"\n}\n",
            "---\nwindow: sliding\nwindow-size: 60\nephemeral: True\ninput-endpoint: &all [tcp://a:1, tcp://b:2]\nsystem-prompt: \"One.\\nTwo.\\n\"\n",
        ])
    func values(text: String) throws {
        let command = try read(text)
        #expect(command.windows.window == .sliding)
        #expect(command.windows.windowSize == 60)
        #expect(command.ephemeral)
        #expect(command.inputEndpoint == ["tcp://a:1", "tcp://b:2"])
        #expect(command.answers.systemPrompt == "One.\nTwo.\n")
    }

    @Test(
        "A file without settings is one, and so is a key without a value",
        arguments: [
            "mask: \"\"", "", "\n", "# window: sliding\n", "{}", "---\n", "window:\nephemeral: ~\n", "window: null",
        ])
    func nothing(text: String) throws {
        let command = try read(text)
        #expect(command.windows.window == .tumbling)
        #expect(!command.ephemeral)
    }

    @Test("A list may be one value, and a flag may be off")
    func shapes() throws {
        let command = try read("input-endpoint: tcp://a:1\nephemeral: false\nexit-on-end: off\nmask: iban,card\n")
        #expect(command.inputEndpoint == ["tcp://a:1"])
        #expect(!command.ephemeral)
        #expect(!command.exitOnEnd)
        #expect(command.answers.mask == "iban,card")
    }

    @Test("Values that begin with a dash, have = in them or are empty are values")
    func odd() throws {
        let command = try read("keep-alive: -1\nsystem-prompt: --check\nprompt-form: chat\nstate-dir: a=b\n")
        #expect(command.answers.keepAlive == "-1")
        #expect(command.answers.systemPrompt == "--check")
        #expect(command.stateDir == "a=b")
        #expect(!command.check)
    }

    @Test(
        "What is wrong is said with file, line, key and what is allowed",
        arguments: [
            (
                "window-size: 10\nwindowsize: 30\n",
                "consumer.yaml:2: streamllm-consumer has no setting \"windowsize\", but input-endpoint, "
            ),
            ("check: true\n", "consumer.yaml:1: streamllm-consumer has no setting \"check\", but "),
            ("forget-session: abc\n", "consumer.yaml:1: streamllm-consumer has no setting \"forget-session\", but "),
            ("config: other.yaml\n", "consumer.yaml:1: streamllm-consumer has no setting \"config\", but "),
            ("1: 2\n", "consumer.yaml:1: streamllm-consumer has no setting \"1\", but "),
            ("[a]: 2\n", "consumer.yaml:1: streamllm-consumer has no setting \"\", but "),
            (
                "\n\nwindow: hopping\n",
                "consumer.yaml:3: window: The value 'hopping' is invalid for '--window <window>'"
            ),
            ("window: hopping\n", "'tumbling', 'sliding' or 'session'"),
            ("console: none\nwindow-size: soon\n", "consumer.yaml:2: window-size: The value 'soon' is invalid"),
            ("window-size: 0\n", "consumer.yaml:1: window-size: --window-size must be from 0.001 to"),
            ("history: 1.5\n", "consumer.yaml:1: history: The value '1.5' is invalid"),
            ("ephemeral: maybe\n", "consumer.yaml:1: ephemeral must be true or false"),
            ("ephemeral: \"true\"\n", "consumer.yaml:1: ephemeral must be true or false"),
            ("ephemeral: [true]\n", "consumer.yaml:1: ephemeral must be one value"),
            ("window: [tumbling]\n", "consumer.yaml:1: window must be one value"),
            ("window: {size: 3}\n", "consumer.yaml:1: window must be one value"),
            ("input-endpoint: {a: 3}\n", "consumer.yaml:1: input-endpoint must be one value or a list of them"),
            ("input-endpoint: [[a]]\n", "consumer.yaml:1: input-endpoint must be one value or a list of them"),
            ("input-endpoint: [tcp://a:1, inproc://b]\n", "consumer.yaml:1: input-endpoint: "),
            ("window: sliding\nwindow-slide: 60\n", "consumer.yaml:1: window: --window-slide (60.0) must not be over"),
            ("window: sliding\nwindow: session\n", "consumer.yaml:1: Given more than once: window"),
            ("window: \"sliding\n", "This is neither YAML nor JSON"),
            ("{\"window\": \"sliding\"", "This is neither YAML nor JSON"),
            ("window: *there\n", "This is neither YAML nor JSON"),
            ("\twindow: sliding\n", "This is neither YAML nor JSON"),
            ("window: a\u{0}b\n", "This is neither YAML nor JSON"),
            ("- window\n", "consumer.yaml: Settings are lines such as \"window-size: 30\""),
            ("window\n", "consumer.yaml: Settings are lines such as \"window-size: 30\""),
            ("window: sliding\n---\nwindow: session\n", "This is neither YAML nor JSON"),
        ])
    func wrong(text: String, words: String) throws {
        let said = try problem(text)
        #expect(said.contains(words), "\(said)")
        #expect(said.utf8.count < 1500)
    }

    @Test("Secrets that stand in a file that can't be understood aren't repeated")
    func secret() throws {
        #expect(!(try problem("server: \"http://user:hunter2@host\nwindow: sliding\n")).contains("hunter2"))
        #expect(!(try problem("server: http://user:hunter2@host:99999\n")).contains("hunter2"))
    }

    @Test("Of several wrong settings one is named, and what the command line has wrong is its own")
    func several() throws {
        #expect(try problem("window: hopping\nwindow-size: soon\n").hasPrefix("consumer.yaml:"))
        let error = #expect(throws: (any Error).self) { try read("window-size: 10\n", ["--history", "many"]) }
        #expect(error.map { ConsumerCommand.message(for: $0) }?.contains("'many' is invalid for '--history") == true)
    }

    @Test("A file must be there, unless a variable says that it needn't")
    func missing() throws {
        let path = folder.path + "/none.yaml"
        func read(_ words: [String], _ environment: [String: String]) throws -> ConsumerCommand {
            try SettingsReader(ConsumerCommand.self, commandLine: words, environment: environment).read().command
        }
        for (words, environment) in [
            (["--config", path], [:]), (["--config=\(path)"], [:]), ([], ["STREAMLLM_CONFIG": path]),
            (["--config", path], ["STREAMLLM_CONFIG": "-\(path)"]), (["--config", folder.path], [:]),
        ] {
            let error = #expect(throws: ExitStatus.self) { try read(words, environment) }
            #expect(error?.code == 66)
        }
        #expect(throws: Never.self) { try read([], ["STREAMLLM_CONFIG": "-\(path)"]) }
        #expect(throws: Never.self) { try read([], ["STREAMLLM_CONFIG": ""]) }
        try Data("window: session\n".utf8).write(to: URL(filePath: path))
        #expect(try read([], ["STREAMLLM_CONFIG": "-\(path)"]).windows.window == .session)
        #expect(try read([], ["STREAMLLM_CONFIG": path]).windows.window == .session)
        #expect(try read(["--config", "/dev/null"], ["STREAMLLM_CONFIG": path]).windows.window == .tumbling)
    }

    @Test("A file has a limit, and is text")
    func bytes() throws {
        #expect(throws: Never.self) { try read("#" + String(repeating: "x", count: (1 << 20) - 1)) }
        #expect(try problem("#" + String(repeating: "x", count: 1 << 20)).hasSuffix("has 1 MiB at most"))
        let path = folder.path + "/latin.yaml"
        try Data([0x61, 0x3A, 0x20, 0xE4]).write(to: URL(filePath: path))
        let reader = SettingsReader(ConsumerCommand.self, commandLine: ["--config", path], environment: [:])
        #expect(throws: SettingsProblem.self) { try reader.read() }
    }

    @Test("A pipe can be read once, and one into which nobody writes keeps nobody waiting")
    func pipe() throws {
        let path = folder.path + "/pipe"
        #expect(mkfifo(path, 0o600) == 0)
        let reader = SettingsReader(ConsumerCommand.self, commandLine: ["--config", path], environment: [:])
        // Nobody has opened it for writing: there is nothing in it.
        #expect(try reader.read().command.windows.window == .tumbling)
        let error = #expect(throws: ExitStatus.self) { try reader.read(isAgain: true) }
        #expect(error?.code == 66)
    }

    @Test("A file that is cut off, as while an editor saves it, says nothing new", arguments: ["", " "])
    func cutOff(_ text: String) throws {
        let path = try folder.write("consumer.yaml", "window: session\n")
        let reader = SettingsReader(ConsumerCommand.self, commandLine: ["--config", path], environment: [:])
        #expect(try reader.read().command.windows.window == .session)
        _ = try folder.write("consumer.yaml", text)
        let problem = #expect(throws: SettingsProblem.self) { try reader.read(isAgain: true) }
        #expect(problem?.description.contains("The file is empty") == true)
        #expect(try reader.read().command.windows.window == .tumbling)
    }

    @Test("A mark of the byte order, as some editors put it there, is no part of it")
    func byteOrderMark() throws {
        #expect(try read("\u{FEFF}window: session\r\nhistory: 3\r\n").windows.window == .session)
        #expect(try read("\u{FEFF}{\"window\": \"session\"}").windows.window == .session)
    }
}
