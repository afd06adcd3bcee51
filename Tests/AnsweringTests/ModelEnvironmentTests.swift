/// What the environment says about models.
import Testing

@testable import Answering

@Suite("The environment", .timeLimit(.minutes(5)))
struct ModelEnvironmentTests {
    private static let variables = [
        "OLLAMA_BASE_URL": "gpu", "OPENAI_BASE_URL": "http://two/v1", "OLLAMA_API_KEY": "one",
        "OPENAI_API_KEY": " two ",
        "SSL_CERT_FILE": "\"/etc/ca.pem\"", "QUEN_MODEL_NAME": "'qwen:7b'",
    ]

    @Test(
        "Each dialect has its own variables; where nobody is asked, those of servers don't count",
        arguments: [
            (.ollama, true, "http://gpu:11434", "one", "/etc/ca.pem"),
            (.openai, true, "http://two/v1", "two", "/etc/ca.pem"),
            (.ollama, false, "http://localhost:11434", nil, nil),
        ] as [(ModelOptions.Dialect, Bool, String, String?, String?)])
    func variables(
        dialect: ModelOptions.Dialect, isAsked: Bool, server: String, key: String?, certificates: String?
    ) throws {
        let environment = ModelEnvironment(Self.variables, for: dialect, isAsked: isAsked)
        #expect(try environment.servers().map { "\($0.url(""))" } == [server])
        #expect(try environment.apiKey { _ in nil } == key)
        #expect(environment.certificateFile == certificates)
        #expect(try environment.model() == "qwen:7b")
    }

    @Test(
        "A key may stand in a file, or among the service's credentials",
        arguments: [
            (["OPENAI_API_KEY_FILE": "/a"], "from-a"), (["OPENAI_API_KEY_FILE": " '/a' "], "from-a"),
            (["CREDENTIALS_DIRECTORY": "/run/c"], "credential"),
            (["CREDENTIALS_DIRECTORY": "/run/c", "OPENAI_API_KEY_FILE": "/a"], "from-a"),
            (["OPENAI_API_KEY": "itself", "OPENAI_API_KEY_FILE": "/a"], "itself"),
            (["OPENAI_API_KEY": "", "OPENAI_API_KEY_FILE": "/a"], "from-a"),
            (["OLLAMA_API_KEY_FILE": "/a"], nil), (["CREDENTIALS_DIRECTORY": "/run/other"], nil),
            (["OPENAI_API_KEY_FILE": "/empty"], nil),
        ] as [([String: String], String?)])
    func files(_ variables: [String: String], _ key: String?) throws {
        let files = ["/a": "from-a\n", "/run/c/openai-api-key": "Bearer credential\n", "/empty": "\n"]
        let environment = ModelEnvironment(variables, for: .openai, isAsked: true)
        #expect(try environment.apiKey { files[$0] } == key)
        let other = ModelEnvironment(variables, for: .openai, isAsked: false)
        #expect(try other.apiKey { _ in "never" } == nil)
    }

    @Test("A file that isn't there, or holds no key, is a mistake, and nobody sees what is in it")
    func noFile() {
        let environment = ModelEnvironment(["OPENAI_API_KEY_FILE": "/a"], for: .openai, isAsked: true)
        #expect { try environment.apiKey { _ in nil } } throws: { "\($0)".contains("OPENAI_API_KEY_FILE: /a") }
        #expect { try environment.apiKey { _ in "my secret" } } throws: { !"\($0)".contains("secret") }
    }

    @Test("One without anything in it counts as missing", arguments: ["", " ", "\"\"", "''"])
    func missing(_ text: String) throws {
        let environment = ModelEnvironment(Self.variables.mapValues { _ in text }, for: .ollama, isAsked: true)
        #expect(try environment.servers().map { "\($0.url(""))" } == ["http://localhost:11434"])
        #expect(try environment.apiKey { _ in nil } == nil)
        #expect(environment.certificateFile == nil)
        #expect(try environment.model() == "quen:32b")
    }
}
