/// Settings as they are shown.
import Foundation
import Settings
import Testing
import TestSupport

@testable import Consumer

@Suite("Settings as text", .timeLimit(.minutes(5)))
struct SettingsTextTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func read(
        _ words: [String], _ environment: [String: String] = [:]
    ) throws -> SettingsReader<ConsumerCommand>.Reading {
        try SettingsReader(ConsumerCommand.self, commandLine: words, environment: environment).read()
    }

    private func text(_ words: [String], _ environment: [String: String] = [:]) throws -> String {
        let reading = try read(words, environment)
        return SettingsText(reading).description
    }

    @Test("Each setting has a line, with where it comes from")
    func lines() throws {
        let path = try folder.write("consumer.yaml", "allowed-lateness: 5\nwindow: session\n")
        let lines = try text(
            ["--config", path, "--history", "3", "--server", "http://a:1", "--server", "http://b:2"],
            ["STREAMLLM_EPHEMERAL": "yes", "STREAMLLM_SYSTEM_PROMPT": "You're an RM: be\nkind # always"]
        ).split(separator: "\n").map(String.init)
        #expect(lines.count == Catalog(of: ConsumerCommand.self).settings.count)
        for line in [
            "output-endpoint: \"tcp://127.0.0.1:5558\"  # default", "log-file: streamllm.log  # default",
            "input-endpoint: [\"tcp://127.0.0.1:5556\"]  # default", "history: 3  # command line",
            "allowed-lateness: 5  # \(path):1", "window: session  # \(path):2",
            "window-size: 30.0  # default", "ephemeral: true  # STREAMLLM_EPHEMERAL", "exit-on-end: false  # default",
            #"server: ["http://a:1", "http://b:2"]  # command line"#,
            #"system-prompt: "You're an RM: be\nkind # always"  # STREAMLLM_SYSTEM_PROMPT"#,
            "# session-max: not set", "log-level: INFO  # default",
        ] { #expect(lines.contains(line), "\(line)") }
    }

    @Test("What is shown, read as a file, says the same")
    func again() throws {
        let words = [
            "--window", "sliding", "--window-size", "60", "--history", "3", "--input-endpoint", "tcp://a:1",
            "--input-endpoint", "tcp://b:2", "--ephemeral", "--system-prompt", "a: b\n\u{1B}[31m \"c\" # d",
            "--keep-alive=-1",
            "--mask", "all", "--model", "yes",
        ]
        let path = try folder.write("again.yaml", try text(words))
        let (first, second) = (try read(words), try read(["--config", path]))
        for (name, value) in first.given.values { #expect(second.given.values[name]?.texts == value.texts, "\(name)") }
        #expect(try text(words).contains("\u{1B}") == false)
    }

    @Test(
        "Passwords and keys in addresses aren't shown",
        arguments: [
            ("http://user:hunter2@host:1/v1", "http://***@host:1/v1"), ("https://hunter2@host", "https://***@host"),
            ("http://host/v1?key=hunter2", "http://host/v1?***"), ("http://u:p@hunter2@host", "http://***@host"),
            ("http://host:1", "http://host:1"), ("tcp://127.0.0.1:5556", "tcp://127.0.0.1:5556"),
            ("user@host", "user@host"), ("user:hunter2@host:1", "***@host:1"), ("host:1", "host:1"),
            ("http://host/v1#hunter2", "http://host/v1#***"),
            ("(http://u:hunter2@a/b?c)", "(http://***@a/b?***"), ("a:b", "a:b"), ("12://x@y", "***@y"),
            ("http://u:hunter 2@h:1", "http://***@h:1"), ("http://u:hunter,2@h:1/x", "http://***@h:1/x"),
            ("http://u:hunt/er2@h", "http://***@h"), ("https:///u:hunter2@h", "https://***@h"),
            ("http//u:hunter2@h", "***@h"), ("unix:/x?key=hunter2", "unix:/x?***"),
            ("http://[::1]:80/a, see x@y", "http://[::1]:80/a, see x@y"), ("http://a:80 b@c", "http://a:80 b@c"),
            ("http://u:hunter2@a, v:hunter2@b,https://c?k=hunter2", "http://***@a, ***@b,https://c?***"),
        ])
    func secrets(address: String, shown: String) { #expect(address.withoutSecrets == shown) }

    @Test("A word of a megabyte is looked through like a short one")
    func longWord() {
        let word = String(repeating: "a", count: 1_000_000)
        #expect((word + "@b").withoutSecrets == word + "@b")
        #expect(("http://" + word + "@b?" + word).withoutSecrets == "http://***@b?***")
    }

    @Test("Settings that depend on something show what holds, and since when")
    func standing() throws {
        let reading = try read([])
        #expect(reading.command.standing(for: "state-dir") != nil)
        #expect(try text([]).contains("window: tumbling  # default"))
        #expect(try text(["--server", "http://user:hunter2@host"]).contains("hunter2") == false)
    }
}

@Suite("Schema of settings", .timeLimit(.minutes(5)))
struct SettingsSchemaTests {
    @Test("The schema has each key, with its type, its words, its usual value and what it is about")
    func schema() throws {
        let text = SettingsSchema(Catalog(of: ConsumerCommand.self)).description
        let schema = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        #expect(schema["additionalProperties"] as? Bool == false)
        let properties = try #require(schema["properties"] as? [String: [String: Any]])
        #expect(Set(properties.keys) == Set(Catalog(of: ConsumerCommand.self).settings.map(\.name)))
        func kinds(_ name: String) -> [[String: Any]] { properties[name]?["anyOf"] as? [[String: Any]] ?? [] }
        #expect(kinds("window").first?["enum"] as? [String] == ["tumbling", "sliding", "session"])
        #expect((kinds("log-level").first?["enum"] as? [String])?.contains("debug") == true)
        #expect(kinds("window-size").first?["type"] as? [String] == ["number"])
        // Seconds, or words such as 10m.
        #expect(kinds("keep-alive").first?["type"] as? [String] == ["string", "number"])
        #expect(kinds("keep-alive").last?["type"] as? String == "null")
        #expect(properties["window-size"]?["default"] as? Double == 30)
        #expect(properties["history"]?["default"] as? Int == 40)
        #expect(properties["ephemeral"]?["default"] as? Bool == false)
        #expect(kinds("server").count == 3)
        #expect(properties.values.allSatisfy { ($0["description"] as? String)?.isEmpty == false })
    }
}
