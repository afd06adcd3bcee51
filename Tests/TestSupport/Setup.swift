/// What the end-to-end tests share: endpoints of their own, and the programs started with them.
import Foundation

/// Two feeds in a folder of their own, so that no test meets another's.
public struct Setup: Sendable {
    public let folder: TemporaryFolder

    public init() throws { folder = try TemporaryFolder() }

    /// The package's own folder.
    public static let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path

    public static let sample = package + "/messages.jsonl"

    public func producer(_ input: String, _ more: String..., speed: Double = 0) async throws -> RunningProgram {
        try await producer(input, more, speed: speed)
    }

    public func producer(_ input: String, _ more: [String], speed: Double = 0) async throws -> RunningProgram {
        try await RunningProgram(
            "streamllm-producer",
            [
                "--input-file", input, "--speed-factor", "\(speed)", "--endpoint", folder.endpoint("in"),
                "--replay-endpoint", folder.endpoint("in-replay"), "--log-file", "none",
            ] + more, folder: folder)
    }

    public func consumer(_ more: String..., environment: [String: String] = [:]) async throws -> RunningProgram {
        try await consumer(more, environment: environment)
    }

    public func consumer(_ more: [String], environment: [String: String] = [:]) async throws -> RunningProgram {
        try await RunningProgram(
            "streamllm-consumer",
            [
                "--input-endpoint", folder.endpoint("in"), "--output-endpoint", folder.endpoint("out"),
                "--output-replay-endpoint", folder.endpoint("out-replay"), "--feedback-endpoint",
                "none", "--log-file", "none",
            ] + more,
            // Nobody listens on the discard port; a test that wants Ollama says where its own is.
            environment: [
                "OLLAMA_BASE_URL": "http://127.0.0.1:9", "QUEN_MODEL_NAME": "", "XDG_STATE_HOME": folder.path,
            ].merging(environment) { $1 },
            folder: folder)
    }

    public func subscriber(_ more: String...) async throws -> RunningProgram { try await subscriber(more) }

    /// - Parameter take: gets what it prints, as it comes; nil: it is collected.
    public func subscriber(
        _ more: [String], takingOutput take: (@Sendable (ArraySlice<UInt8>) -> Void)? = nil
    ) async throws -> RunningProgram {
        try await RunningProgram(
            "streamllm-subscribe", ["--endpoint", folder.endpoint("out"), "--log-file", "none"] + more, folder: folder,
            takingOutput: take)
    }

    /// A Python script of the tests or examples, run with the interpreter that `make test` sets up.
    public func python(_ script: String, _ arguments: String...) async throws -> RunningProgram {
        let interpreter = Self.package + "/.venv/bin/python"
        guard FileManager.default.isExecutableFile(atPath: interpreter) else {
            throw CocoaError(.fileNoSuchFile, userInfo: [NSFilePathErrorKey: "\(interpreter) (make test sets it up)"])
        }
        return try await RunningProgram(interpreter, ["-u", Self.package + "/" + script] + arguments, folder: folder)
    }
}
