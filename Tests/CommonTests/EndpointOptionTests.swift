/// Endpoints as people write them.
import ArgumentParser
import Testing

@testable import Common

@Suite("Endpoints of options", .timeLimit(.minutes(2)))
struct EndpointOptionTests {
    @Test(
        "What came along by copying is off",
        arguments: [
            ("tcp://127.0.0.1:5556", "tcp://127.0.0.1:5556"), (" tcp://127.0.0.1:5556\n", "tcp://127.0.0.1:5556"),
            ("\"tcp://127.0.0.1:5556\"", "tcp://127.0.0.1:5556"), ("'ipc:///a b'", "ipc:///a b"),
            ("TCP://BANK:1", "tcp://BANK:1"), ("tcp://127.0.0.1:5556/", "tcp://127.0.0.1:5556"),
            ("ipc:///a/", "ipc:///a/"),
            ("tcp://*:*", "tcp://*:*"), ("x", "x"), ("", ""), ("127.0.0.1:5556", "127.0.0.1:5556"),
        ])
    func cleaned(_ text: String, _ endpoint: String) throws { #expect(try writtenEndpoint(text) == endpoint) }

    @Test(
        "A name stands for a socket that is the user's alone",
        arguments: ["messages", "messages-replay", "workspace", "workspace-replay", "feedback"])
    func names(_ name: String) throws {
        let endpoint = try writtenEndpoint(" \(name)")
        #expect(endpoint.hasPrefix("ipc:///") && endpoint.hasSuffix("/streamllm/\(name)"))
    }

    @Test("A place that no other program can reach is refused")
    func unreachable() {
        #expect(throws: ValidationError.self) { try writtenEndpoint("inproc://x") }
    }
}
