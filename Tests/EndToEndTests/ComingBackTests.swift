/// Producers that come back, follow a file, or aren't what they were.
import Foundation
import Testing
import TestSupport

@Suite("Producers that come back", .timeLimit(.minutes(5)))
struct ComingBackTests {
    private let setup: Setup

    init() throws { setup = try Setup() }

    /// One message a second, all of one session.
    private static func lines(_ range: Range<Int>, session: String = "a") -> String {
        range.map { index in
            let time = Date(timeIntervalSince1970: 1_737_642_600 + Double(index)).formatted(.iso8601)
            return #"{"session_id":"\#(session)","timestamp":"\#(time)","sender":"rm","message":"m\#(index)"}"# + "\n"
        }.joined()
    }

    private func messages(_ program: RunningProgram) throws -> [Int] {
        try Entry.all(program).flatMap { $0.data.messages?.map(\.sequence) ?? [] }
    }

    @Test("killed in the middle of a paced run, the next one goes on where subscribers are, at the same pace")
    func resumedPace() async throws {
        // 200 s of conversation, 20 times as fast: 10 s, if nobody began anew.
        let input = try setup.folder.write("input.jsonl", Self.lines(0..<200))
        let consumer = try await setup.consumer(
            "--responder", "none", "--console", "json", "--exit-on-end", "--window-size", "10")
        let first = try await setup.producer(input, "--stream-id", "s", speed: 20)
        try await consumer.wait(.output) { $0.split(separator: "\n").count >= 5 }
        first.signal(SIGKILL)
        _ = await first.exit()
        let second = try await setup.producer(input, "--stream-id", "s", speed: 20)
        try await second.wait(.error, for: "Going on at line")
        #expect(await second.exit() == 0)
        #expect(await consumer.exit() == 0)
        #expect(try messages(consumer) == Array(1...200))
        // What was on its way when the first one died may come again, but not all that went before.
        #expect(try #require(consumer.errorText.firstMatch(of: /duplicates ([0-9]+)/).flatMap { Int($0.1) }) < 20)
    }

    @Test("another file under the same name is refused, and the right one is taken again", arguments: [false, true])
    func anotherFile(_ restartsConsumer: Bool) async throws {
        let right = try setup.folder.write("right.jsonl", Self.lines(0..<60))
        let wrong = try setup.folder.write("wrong.jsonl", Self.lines(0..<90, session: "b"))
        let options = ["--responder", "none", "--console", "json", "--window-size", "10"]
        var consumer = try await setup.consumer(options)
        // Who comes late, with all of the file published, would have all of it before the producer is killed.
        try await consumer.wait(.error, for: "Listening to")
        let first = try await setup.producer(right, "--stream-id", "s", speed: 30)
        try await consumer.wait(.output) { $0.split(separator: "\n").count >= 2 }
        first.signal(SIGKILL)
        _ = await first.exit()
        var seen = try messages(consumer)
        if restartsConsumer {
            consumer.signal(SIGTERM)
            #expect(await consumer.exit() == 0)
            seen = try messages(consumer)
            consumer = try await setup.consumer(options)
        }
        let second = try await setup.producer(wrong, "--stream-id", "s", "--linger", "60")
        try await consumer.wait(.error, for: "Nothing is taken from stream s: its first record isn't what it was")
        await end(second)
        let third = try await setup.producer(right, "--stream-id", "s", "--linger", "60")
        #expect(await third.exit() == 0)
        try await consumer.wait(.output) { $0.contains("m59") }
        consumer.signal(SIGTERM)
        #expect(await consumer.exit() == 0)
        #expect((restartsConsumer ? seen : []) + (try messages(consumer)) == Array(1...60))
        #expect(!consumer.output.contains(#""session_id":"b""#))
    }

    @Test("a refused stream doesn't keep --exit-on-end waiting: 65, and it says which")
    func refusedAtTheEnd() async throws {
        let right = try setup.folder.write("right.jsonl", Self.lines(0..<60))
        let wrong = try setup.folder.write("wrong.jsonl", Self.lines(0..<90, session: "b"))
        let first = try await setup.consumer("--responder", "none", "--console", "json")
        let producer = try await setup.producer(right, "--stream-id", "s")
        #expect(await producer.exit() == 0)
        first.signal(SIGTERM)
        #expect(await first.exit() == 0)
        let second = try await setup.consumer("--responder", "none", "--console", "json", "--exit-on-end")
        let other = try await setup.producer(wrong, "--stream-id", "s", "--linger", "60")
        #expect(await second.exit() == 65)
        #expect(second.errorText.contains("Streams that weren't what they had been: s"))
        #expect(second.output == "")
        await end(other)
    }

    @Test("a file that has become shorter under the same name is refused")
    func shorterFile() async throws {
        let long = try setup.folder.write("long.jsonl", Self.lines(0..<60))
        let short = try setup.folder.write("short.jsonl", Self.lines(0..<40))
        let consumer = try await setup.consumer("--responder", "none", "--console", "json")
        let first = try await setup.producer(long, "--stream-id", "s")
        #expect(await first.exit() == 0)
        let second = try await setup.producer(short, "--stream-id", "s", "--linger", "60")
        try await consumer.wait(.error, for: "it has ended with record 40, and 60 were there before")
        await end(second, consumer)
    }

    // MARK: --follow

    /// A consumer of windows of 10 s, and a producer that follows a file.
    private func following(_ path: String) async throws -> (consumer: RunningProgram, producer: RunningProgram) {
        (
            try await setup.consumer("--responder", "none", "--console", "json", "--window-size", "10"),
            try await setup.producer(path, "--follow")
        )
    }

    private func end(_ programs: RunningProgram...) async {
        for program in programs {
            program.signal(SIGTERM)
            #expect(await program.exit() == 0)
        }
    }

    private func append(_ text: String, to path: String) throws {
        let file = try #require(FileHandle(forWritingAtPath: path))
        file.seekToEndOfFile()
        file.write(Data(text.utf8))
        try file.close()
    }

    @Test("a file is followed as it grows, line by line, until the producer is stopped")
    func growing() async throws {
        let path = try setup.folder.write("chat.jsonl", Self.lines(0..<15))
        let (consumer, producer) = try await following(path)
        try await consumer.wait(.output) { $0.contains("m9") }
        let more = Self.lines(15..<45)
        // In two pieces, the first of which ends within a line.
        try append(String(more.prefix(700)), to: path)
        try await consumer.wait(.output) { $0.contains("m19") }
        try append(String(more.dropFirst(700)), to: path)
        try await consumer.wait(.output) { $0.contains("m39") }
        await end(producer, consumer)
        #expect(try messages(consumer) == Array(1...40))
        #expect(producer.errorText.contains("published 45 lines"))
    }

    @Test("a file that is put away and begun anew: the rest of the old one, then the new one, with numbers that go on")
    func rotation() async throws {
        let path = try setup.folder.write("chat.jsonl", Self.lines(0..<15))
        let (consumer, producer) = try await following(path)
        try await consumer.wait(.output) { $0.contains("m9") }
        try FileManager.default.moveItem(atPath: path, toPath: path + ".1")
        try append(Self.lines(15..<20), to: path + ".1")
        _ = try setup.folder.write("chat.jsonl", Self.lines(20..<45))
        try await producer.wait(.error, for: "Another file has taken the input's place")
        try await consumer.wait(.output) { $0.contains("m39") }
        // Who comes late gets what was in the old file, too.
        let late = try await setup.consumer(
            "--responder", "none", "--console", "json", "--window-size", "10", "--ephemeral", "--output-endpoint",
            setup.folder.endpoint("late"), "--output-replay-endpoint", setup.folder.endpoint("late-replay"))
        try await late.wait(.output) { $0.contains("m39") }
        await end(producer, consumer, late)
        #expect(try messages(consumer) == Array(1...40))
        #expect(try messages(late) == Array(1...40))
    }

    @Test("a file that is cut off is read from its beginning, and that is said; numbers go on")
    func truncation() async throws {
        let path = try setup.folder.write("chat.jsonl", Self.lines(0..<25))
        let (consumer, producer) = try await following(path)
        try await consumer.wait(.output) { $0.contains("m19") }
        let file = try #require(FileHandle(forWritingAtPath: path))
        try file.truncate(atOffset: 0)
        try file.close()
        try await producer.wait(.error, for: "The input has become shorter: reading it from its beginning")
        try append(Self.lines(25..<45), to: path)
        try await consumer.wait(.output) { $0.contains("m39") }
        await end(producer, consumer)
        #expect(try messages(consumer) == Array(1...40))
        #expect(producer.errorText.contains("Its first 25 lines can't be sent again"))
    }

    @Test("killed while it follows, the next one goes on, and nothing comes twice")
    func killedFollower() async throws {
        let path = try setup.folder.write("chat.jsonl", Self.lines(0..<15))
        let consumer = try await setup.consumer("--responder", "none", "--console", "json", "--window-size", "10")
        let first = try await setup.producer(path, "--follow", "--stream-id", "s")
        try await consumer.wait(.output) { $0.contains("m9") }
        first.signal(SIGKILL)
        _ = await first.exit()
        try append(Self.lines(15..<45), to: path)
        let second = try await setup.producer(path, "--follow", "--stream-id", "s")
        try await consumer.wait(.output) { $0.contains("m39") }
        await end(second, consumer)
        #expect(try messages(consumer) == Array(1...40))
    }
}
