/// More connections than there are file descriptors for.
import Foundation
import Glibc
import Testing
import TestSupport

@Suite("Many connections", .timeLimit(.minutes(5)))
struct ConnectionsTests {
    private let setup: Setup

    init() throws { setup = try Setup() }

    /// A consumer with limits on its descriptors, by options of ulimit(1).
    private func consumer(_ limits: String..., output: String) async throws -> RunningProgram {
        let ulimits = limits.map { "ulimit \($0); " }.joined()
        return try await RunningProgram(
            "/bin/sh",
            [
                "-c", ulimits + #"exec "$0" "$@""#, RunningProgram.programFolder + "/streamllm-consumer",
                "--input-endpoint", setup.folder.endpoint("in"), "--output-endpoint", output,
                "--output-replay-endpoint", freeEndpoint(), "--responder", "none", "--console", "json",
                "--log-file", "none",
            ], environment: ["XDG_STATE_HOME": setup.folder.path])
    }

    @Test("a program takes as many descriptors as the system gives")
    func limit() async throws {
        let consumer = try await consumer("-Sn 64", "-Hn 900", output: setup.folder.endpoint("out"))
        try await consumer.wait(.error, for: "Publishing entries")
        let limits = try String(contentsOfFile: "/proc/\(consumer.processID)/limits", encoding: .utf8)
        let line = limits.split(separator: "\n").first { $0.hasPrefix("Max open files") }
        #expect(line?.split(separator: " ").dropFirst(3).prefix(2) == ["900", "900"])
    }

    @Test(
        "before descriptors run out no more connections are let in; those that are there go on, and others come later",
        arguments: ["tcp", "ipc"])
    func tooMany(_ transport: String) async throws {
        let endpoint = transport == "tcp" ? freeEndpoint() : setup.folder.endpoint("out")
        let consumer = try await consumer("-n 200", output: endpoint)
        try await consumer.wait(.error, for: "Publishing entries")
        let subscriber = try await RunningProgram(
            "streamllm-subscribe", ["--endpoint", endpoint, "--format", "json", "--log-file", "none"])
        let early = try await setup.producer(Setup.sample, "--stream-id", "early")
        try await subscriber.wait(.output) { $0.split(separator: "\n").count == 6 }
        #expect(await early.exit() == 0)

        let crowd = (1...400).map { _ in knock(endpoint) }
        try await consumer.wait(.error, for: "no more connections are let in")
        let inUse = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(consumer.processID)/fd").count
        #expect(100...160 ~= inUse)
        // The one that was there before hears what comes.
        let late = try await setup.producer(Setup.sample, "--stream-id", "late")
        try await subscriber.wait(.output) { $0.split(separator: "\n").count == 12 }

        for visitor in crowd { close(visitor) }
        try await consumer.wait(.error, for: "New connections are let in again")
        let second = try await RunningProgram(
            "streamllm-subscribe", ["--endpoint", endpoint, "--format", "json", "--log-file", "none"])
        try await second.wait(.output) { $0.split(separator: "\n").count == 12 }
        #expect(await late.exit() == 0)
        for program in [second, subscriber, consumer] {
            program.signal(SIGTERM)
            #expect(await program.exit() == 0)
        }
    }

    /// Begins to connect, and doesn't wait for an answer.
    private func knock(_ endpoint: String) -> Int32 {
        let isTCP = endpoint.hasPrefix("tcp")
        let descriptor = socket(
            isTCP ? AF_INET : AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue), 0)
        if isTCP {
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = (UInt16(endpoint.split(separator: ":").last ?? "") ?? 0).bigEndian
            address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
            connect(descriptor, to: address)
        } else {
            var address = sockaddr_un()
            address.sun_family = sa_family_t(AF_UNIX)
            let path = endpoint.dropFirst("ipc://".count).utf8
            withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path) }
            connect(descriptor, to: address)
        }
        return descriptor
    }

    private func connect(_ descriptor: Int32, to address: some BitwiseCopyable) {
        withUnsafeBytes(of: address) { bytes in
            _ = bytes.withMemoryRebound(to: sockaddr.self) {
                Glibc.connect(descriptor, $0.baseAddress, socklen_t(bytes.count))
            }
        }
    }
}
