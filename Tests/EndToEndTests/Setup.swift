/// What the end-to-end tests share: endpoints of their own, and the programs started with them.
import Foundation
import TestSupport

/// Two feeds in a folder of their own, so that no test meets another's.
struct Setup: Sendable {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// The package's own folder.
    static let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path

    static let sample = package + "/messages.jsonl"

    func producer(_ input: String, _ more: String..., speed: Double = 0) throws -> RunningProgram {
        try RunningProgram(
            "streamllm-producer",
            [
                "--input-file", input, "--speed-factor", "\(speed)", "--endpoint", folder.endpoint("in"),
                "--replay-endpoint", folder.endpoint("in-replay"), "--log-file", "none",
            ] + more, folder: folder)
    }

    func consumer(_ more: String..., environment: [String: String] = [:]) throws -> RunningProgram {
        try consumer(more, environment: environment)
    }

    func consumer(_ more: [String], environment: [String: String] = [:]) throws -> RunningProgram {
        try RunningProgram(
            "streamllm-consumer",
            [
                "--input-endpoint", folder.endpoint("in"), "--output-endpoint", folder.endpoint("out"),
                "--output-replay-endpoint", folder.endpoint("out-replay"), "--log-file", "none",
            ] + more,
            // Nobody listens on the discard port; a test that wants Ollama says where its own is.
            environment: [
                "OLLAMA_BASE_URL": "http://127.0.0.1:9", "QUEN_MODEL_NAME": "", "XDG_STATE_HOME": folder.path,
            ].merging(environment) { $1 },
            folder: folder)
    }

    func subscriber(_ more: String...) throws -> RunningProgram {
        try RunningProgram(
            "streamllm-subscribe", ["--endpoint", folder.endpoint("out"), "--log-file", "none"] + more, folder: folder)
    }

    /// A Python script of the tests or examples, run with the interpreter that `make test` sets up.
    func python(_ script: String, _ arguments: String...) throws -> RunningProgram {
        let interpreter = Self.package + "/.venv/bin/python"
        guard FileManager.default.isExecutableFile(atPath: interpreter) else {
            throw CocoaError(.fileNoSuchFile, userInfo: [NSFilePathErrorKey: "\(interpreter) (make test sets it up)"])
        }
        return try RunningProgram(interpreter, ["-u", Self.package + "/" + script] + arguments, folder: folder)
    }
}

/// An entry of `--console json`, as far as tests look at it.
struct Entry: Decodable, Sendable {
    struct Payload: Decodable, Sendable {
        struct Window: Decodable, Sendable {
            let start: String
            let end: String
        }
        struct Message: Decodable, Sendable {
            let sender: String
            let message: String
            let sequence: Int
        }
        struct Response: Decodable, Sendable {
            let status: String
            let text: String?
            let reason: String?
            let model: String?
            let prompt_tokens: Int?
            let completion_tokens: Int?
        }
        struct Timing: Decodable, Sendable {
            let queued_ms: Int
            let first_token_ms: Int?
            let total_ms: Int
        }
        struct Position: Decodable, Sendable {
            let sequence: Int
        }
        let session_id: String?
        let window: Window?
        let revision: Int?
        let supersedes: String?
        let trigger: String?
        let messages: [Message]?
        let response: Response?
        let timing: Timing?
        let lost: Int?
        let line: String?
        let reason: String?
        let position: Position?
    }
    let id: String
    let type: String
    let sequence: Int
    let data: Payload

    static func all(_ program: RunningProgram) throws -> [Entry] {
        try program.lines.map { try JSONDecoder().decode(Entry.self, from: Data($0.utf8)) }
    }

    /// What must be the same in every run: which window, with which messages.
    var essence: String {
        "\(id) \(data.messages?.map { "\($0.sequence) \($0.sender): \($0.message)" } ?? [])"
    }
}
