/// Clients of a producer that say to be further than it is.
import Feed
import Foundation
import Testing
import TestSupport
import ZeroMQ

@Suite("Clients that are further", .timeLimit(.minutes(5)))
struct ClaimTests {
    private let setup: Setup

    init() throws { setup = try Setup() }

    private static func line(_ index: Int) -> String {
        let time = Date(timeIntervalSince1970: 1_737_642_600 + Double(index)).formatted(.iso8601)
        return #"{"session_id":"a","timestamp":"\#(time)","sender":"rm","message":"m\#(index)"}"#
    }

    private func fingerprint(_ number: Int) -> String {
        Array(Self.line(number).utf8).withUnsafeBytes { Fingerprint.of($0) }
    }

    private func producer(_ more: String..., lines: Int = 600) async throws -> RunningProgram {
        let input = try setup.folder.write("input.jsonl", (1...lines).map { Self.line($0) + "\n" }.joined())
        return try await RunningProgram(
            "streamllm-producer",
            [
                "--input-file", input, "--speed-factor", "1", "--stream-id", "s", "--log-file", "none", "--endpoint",
                setup.folder.endpoint("in"), "--replay-endpoint", setup.folder.endpoint("in-replay"),
            ] + more, folder: setup.folder)
    }

    /// Somebody who asks.
    private struct Client: ~Copyable {
        private let dealer: Socket

        init(_ setup: Setup, _ name: String = "client") throws {
            let dealer = try FeedSocket.asker(
                largestRecord: 1 << 20, routingID: Array(name.utf8), in: FeedContext(keys: nil))
            try dealer.connect(setup.folder.endpoint("in-replay"))
            self.dealer = dealer
        }

        /// The frames of the answer.
        borrowing func ask(_ from: UInt64, first: String?, last: String?) throws -> [[UInt8]] {
            let frames = ReplayRequest.fetch(stream: "s", from: from, budget: 1, fingerprint: first, last: last).frames
            var poller = Poller()
            _ = poller.add(dealer)
            for (index, frame) in frames.enumerated() {
                while try !dealer.send(frame, more: index < frames.count - 1) { try poller.wait(milliseconds: 5) }
            }
            var answer: [[UInt8]] = []
            var frame = Frame()
            repeat {
                while try !dealer.receive(into: &frame) { try poller.wait(milliseconds: 1000) }
                answer.append(frame.bytes)
            } while frame.hasMore
            return answer
        }

        /// The publisher's next number, once it has published anything.
        borrowing func published() throws -> UInt64 {
            var next: UInt64 = 1
            while next == 1 {
                let answer = try ask(1 << 40, first: nil, last: nil)
                if case .nothing(_, let number)? = ReplayAnswer(frames: answer) { next = number }
            }
            return next
        }
    }

    @Test("a producer goes on where a client is, when it has what the client has")
    func proven() async throws {
        let producer = try await producer()
        let client = try Client(setup)
        _ = try client.published()
        #expect(try client.ask(501, first: fingerprint(1), last: fingerprint(500)).first == Array("NOTHING".utf8))
        try await producer.wait(.error, for: "Going on at line 501, where followers are")
        #expect(try client.published() >= 501)
        producer.signal(SIGTERM)
        #expect(await producer.exit() == 0)
    }

    @Test("a client that knows the first record alone, or no more than a number, moves nobody")
    func unproven() async throws {
        let producer = try await producer()
        let client = try Client(setup)
        let before = try client.published()
        // The last one is further than the input goes; when it has been looked for, the others would have been.
        for from in [100, 1 << 60] as [UInt64] {
            _ = try client.ask(from, first: fingerprint(1), last: nil)
            _ = try client.ask(from, first: nil, last: fingerprint(99))
        }
        let liar = try Client(setup, "liar")
        _ = try liar.ask(1 << 60, first: fingerprint(1), last: fingerprint(99))
        var answer: [[UInt8]] = []
        while answer.first != Array("OTHER".utf8) {
            answer = try liar.ask(301, first: fingerprint(1), last: fingerprint(301))
        }
        // At the pace of the conversation there is one record a second, and this took less than a hundred.
        #expect(try client.published() < before + 99)
        #expect(!producer.errorText.contains("Going on at line"))
        producer.signal(SIGTERM)
        #expect(await producer.exit() == 0)
    }

    @Test("after some claims that weren't true nobody is believed, and that is said once")
    func exhausted() async throws {
        let producer = try await producer()
        let reader = try Client(setup)
        _ = try reader.published()
        for number in 1...8 {
            let liar = try Client(setup, "liar \(number)")
            var answer: [[UInt8]] = []
            while answer.first != Array("OTHER".utf8) {
                answer = try liar.ask(UInt64(100 + number), first: fingerprint(1), last: "no record's")
            }
        }
        try await producer.wait(.error, for: "nobody who says to be further than this program is believed any more")
        #expect(try reader.ask(501, first: fingerprint(1), last: fingerprint(500)).first == Array("NOTHING".utf8))
        #expect(try reader.ask(101, first: fingerprint(1), last: "no record's").first == Array("OTHER".utf8))
        producer.signal(SIGTERM)
        #expect(await producer.exit() == 0)
        #expect(!producer.errorText.contains("Going on at line"))
        #expect(producer.errorText.matches(of: /is believed any more/).count == 1)
    }

    @Test("on a file that grows, what isn't there yet is no lie, and is believed when it is there")
    func growing() async throws {
        let producer = try await producer("--follow", lines: 100)
        let client = try Client(setup)
        _ = try client.published()
        for _ in 0..<20 {
            #expect(try client.ask(201, first: fingerprint(1), last: fingerprint(200)).first == Array("NOTHING".utf8))
        }
        let file = try #require(FileHandle(forWritingAtPath: setup.folder.file("input.jsonl")))
        file.seekToEndOfFile()
        file.write(Data((101...300).map { Self.line($0) + "\n" }.joined().utf8))
        try file.close()
        while try client.published() < 201 {
            _ = try client.ask(201, first: fingerprint(1), last: fingerprint(200))
        }
        try await producer.wait(.error, for: "Going on at line 201, where followers are")
        producer.signal(SIGTERM)
        #expect(await producer.exit() == 0)
    }
}
