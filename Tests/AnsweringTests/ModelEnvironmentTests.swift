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
        #expect(try environment.apiKey() == key)
        #expect(environment.certificateFile == certificates)
        #expect(try environment.model() == "qwen:7b")
    }

    @Test("One without anything in it counts as missing", arguments: ["", " ", "\"\"", "''"])
    func missing(_ text: String) throws {
        let environment = ModelEnvironment(Self.variables.mapValues { _ in text }, for: .ollama, isAsked: true)
        #expect(try environment.servers().map { "\($0.url(""))" } == ["http://localhost:11434"])
        #expect(try environment.apiKey() == nil)
        #expect(environment.certificateFile == nil)
        #expect(try environment.model() == "quen:32b")
    }
}
