/// Who is heard where several say something.
import Testing
import TestSupport

@testable import Consumer
@testable import Producer
@testable import Settings
@testable import Subscriber
@testable import Web

@Suite("Strength of settings", .timeLimit(.minutes(5)))
struct StrengthTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func read(
        _ words: [String], _ environment: [String: String] = [:], file: String = ""
    ) throws -> SettingsReader<ConsumerCommand>.Reading {
        let path = try folder.write("consumer.yaml", file)
        return try SettingsReader(
            ConsumerCommand.self, commandLine: words + ["--config", path], environment: environment
        ).read()
    }

    @Test(
        "An option is stronger than a variable, that than the file, and that than what is usual",
        arguments: [
            (["--window-size", "1"], ["STREAMLLM_WINDOW_SIZE": "2"], "window-size: 3", 1.0),
            (["--window-size=1"], ["STREAMLLM_WINDOW_SIZE": "2"], "window-size: 3", 1.0),
            ([], ["STREAMLLM_WINDOW_SIZE": "2"], "window-size: 3", 2.0),
            ([], ["STREAMLLM_WINDOW_SIZE": ""], "window-size: 3", 3.0),
            ([], [:], "window-size: 3", 3.0),
            ([], ["STREAMLLM_WINDOW_SIZE": "2"], "", 2.0),
            ([], [:], "", 30.0),
            // Behind two dashes there are no options.
            (["--window-size", "1", "--window-size", "5"], [:], "window-size: 3", 5.0),
        ] as [([String], [String: String], String, Double)])
    func order(words: [String], environment: [String: String], file: String, expected: Double) throws {
        #expect(try read(words, environment, file: file).command.windows.windowSize == expected)
    }

    @Test(
        "A list is one's alone: those of the others aren't added",
        arguments: [
            (["--input-endpoint", "tcp://a:1"], ["STREAMLLM_INPUT_ENDPOINT": "tcp://b:1,tcp://c:1"], ["tcp://a:1"]),
            ([], ["STREAMLLM_INPUT_ENDPOINT": "tcp://b:1,tcp://c:1"], ["tcp://b:1", "tcp://c:1"]),
            ([], ["STREAMLLM_INPUT_ENDPOINT": "tcp://b:1"], ["tcp://b:1"]),
            ([], [:], ["tcp://d:1", "tcp://e:1"]),
        ] as [([String], [String: String], [String])])
    func lists(words: [String], environment: [String: String], expected: [String]) throws {
        let reading = try read(words, environment, file: "input-endpoint: [tcp://d:1, tcp://e:1]")
        #expect(reading.command.inputEndpoint == expected)
    }

    @Test(
        "A variable can turn a flag off that the file turns on",
        arguments: [
            ("true", true), ("1", true), ("yes", true), ("false", false), ("0", false), ("no", false), ("False", false),
        ])
    func flags(text: String, expected: Bool) throws {
        let reading = try read([], ["STREAMLLM_EPHEMERAL": text], file: "ephemeral: \(!expected)")
        #expect(reading.command.ephemeral == expected)
        #expect(try read(["--ephemeral"], ["STREAMLLM_EPHEMERAL": text]).command.ephemeral)
    }

    @Test(
        "What is wrong in a variable is said with its name",
        arguments: [
            ("STREAMLLM_EPHEMERAL", "maybe", "STREAMLLM_EPHEMERAL must be true or false"),
            ("STREAMLLM_WINDOW", "hopping", "STREAMLLM_WINDOW: window: The value 'hopping' is invalid"),
            ("STREAMLLM_HISTORY", "-1", "STREAMLLM_HISTORY: history: --history must be from 0 to 10000"),
        ])
    func wrong(name: String, text: String, words: String) throws {
        let error = #expect(throws: SettingsProblem.self) { try read([], [name: text]) }
        #expect(error?.description.hasPrefix(words) == true, "\(error?.description ?? "")")
    }

    @Test("Every option of each program has its variable and its key")
    func all() throws {
        for catalog in [
            Catalog(of: ProducerCommand.self), Catalog(of: ConsumerCommand.self), Catalog(of: SubscriberCommand.self),
            Catalog(of: WebCommand.self),
        ] {
            #expect(!catalog.settings.isEmpty)
            for setting in catalog.settings {
                let text = setting.kind == .boolean ? "true" : setting.kind == .string ? "word" : "7"
                let file = try SettingsFile("\(setting.name): \(text)", path: "file", for: catalog)
                let byFile = try GivenSettings(catalog, commandLine: [], environment: [:], file: file)
                #expect(byFile.values == [setting.name: Given([text], .file("file", line: 1))])
                #expect(byFile.arguments.first?.hasPrefix("--\(setting.name)") == true)
                let byVariable = try GivenSettings(
                    catalog, commandLine: [], environment: [setting.variable: text], file: file)
                #expect(byVariable.values == [setting.name: Given([text], .variable(setting.variable))])
                let words = setting.kind == .boolean ? ["--\(setting.name)"] : ["--\(setting.name)", text]
                let byOption = try GivenSettings(
                    catalog, commandLine: words, environment: [setting.variable: text], file: file)
                #expect(byOption.values == [setting.name: Given([text], .option)])
            }
        }
    }

    @Test("Who has given a setting is known")
    func sources() throws {
        let reading = try read(
            ["--history", "3"], ["STREAMLLM_SEED": "4"], file: "\nmodel: qwen2.5:7b\nhistory: 5\n")
        let given = reading.given.values
        #expect(given["history"] == Given(["3"], .option))
        #expect(given["seed"] == Given(["4"], .variable("STREAMLLM_SEED")))
        #expect(given["model"] == Given(["qwen2.5:7b"], .file(folder.path + "/consumer.yaml", line: 2)))
        #expect(given["window"] == nil)
    }
}
