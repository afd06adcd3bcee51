/// The command line.
import ArgumentParser
import Foundation
import TestSupport
import Testing

@testable import Producer

@Suite("Producer's command line", .timeLimit(.minutes(5)))
struct ProducerCommandTests {
    @Test("Without options, the documented defaults hold")
    func defaults() throws {
        let command = try ProducerCommand.parse([])
        #expect(command.inputFile == "messages.jsonl")
        #expect(command.speedFactor == 2.0)
        #expect(command.endpoint == "tcp://127.0.0.1:5556")
        #expect(command.replayEndpoint == "tcp://127.0.0.1:5557")
        #expect(command.streamId == nil)
        #expect(command.linger == 10)
        #expect(command.maxLineBytes == 1 << 20)
        #expect(command.log.logLevel == .info)
        #expect(command.log.logFile == "streamllm.log")
    }

    @Test(
        "Options that can be obeyed are taken",
        arguments: [
            ["--speed-factor", "0"], ["--speed-factor", "0.5"], ["--speed-factor", "1000"], ["--linger", "0"],
            ["--linger", "2.5"], ["--max-line-bytes", "1"], ["--max-line-bytes", "33554432"], ["--stream-id", "x"],
            ["--stream-id", String(repeating: "x", count: 128)], ["--input-file", "-"], ["--log-level", "debug"],
        ])
    func accepted(_ arguments: [String]) {
        #expect(throws: Never.self) { try ProducerCommand.parse(arguments) }
    }

    @Test(
        "Options that can't be obeyed are refused",
        arguments: [
            ["--speed-factor", "-1"], ["--speed-factor=-0.1"], ["--speed-factor", "nan"], ["--speed-factor", "inf"],
            ["--speed-factor", "fast"], ["--speed-factor"], ["--linger", "nan"], ["--linger=-1"], ["--linger", "inf"],
            ["--max-line-bytes", "0"], ["--max-line-bytes=-1"], ["--max-line-bytes", "33554433"], ["--stream-id", ""],
            ["--stream-id", String(repeating: "x", count: 129)], ["--stream-id", String(repeating: "é", count: 65)],
            ["--log-level", "loud"], ["--no-such-option"], ["stray"],
        ])
    func refused(_ arguments: [String]) {
        #expect(throws: (any Error).self) { try ProducerCommand.parse(arguments) }
    }

    @Test("A log that would be written into the input is refused, whatever the two are called")
    func logInInput() throws {
        let folder = try TemporaryFolder()
        let input = try folder.write("chat.jsonl", "x\n")
        try FileManager.default.createSymbolicLink(atPath: folder.path + "/link", withDestinationPath: input)
        for log in [input, folder.path + "/./chat.jsonl", folder.path + "/link"] {
            #expect(throws: (any Error).self) { try ProducerCommand.parse(["--input-file", input, "--log-file", log]) }
        }
        for log in [folder.path + "/other", "none"] {
            #expect(throws: Never.self) { try ProducerCommand.parse(["--input-file", input, "--log-file", log]) }
        }
        #expect(throws: Never.self) {
            try ProducerCommand.parse(["--input-file", "/dev/null", "--log-file", "/dev/null"])
        }
    }
}
