/// The lines that are worked on.
import Benchmark
import Chat
import Feed
import Foundation
import Records
import Streaming

public enum Lines {
    /// How many a batch has; the consumer hands one on at 256 KiB, which is some more.
    public static let count = BenchmarkScalingFactor.kilo.rawValue
    /// The size of a line that is made here, in bytes.
    private static let size = 168
    private static let stream = "3f0c9a52-6d4b-4c1e-9f61-0b7d2a8e5c13"
    /// How far messages are apart, in milliseconds: a batch is 30 s long, so that each closes as many windows as the next.
    private static let spacing = 30
    private static let sessions = 100
    /// 2025-01-23T14:30:00Z.
    private static let begin: Int64 = 1_737_642_600_000

    /// Those of `messages.jsonl`, over and over.
    public static func recorded() throws -> LineBatch {
        let sample = URL(filePath: #filePath).appending(path: "../../../../messages.jsonl").standardized
        let lines = try String(contentsOf: sample, encoding: .utf8).split(separator: "\n").map(String.init)
        return LineBatch(stream: stream, first: 1, lines: (0..<count).map { lines[$0 % lines.count] })
    }

    /// The batch of that number, from 0, of a stream without end: a hundred sessions at a time, each with a message every
    /// 3 s, and gone after a minute.
    public static func batch(_ number: Int) -> LineBatch {
        let first = number * count
        return LineBatch(stream: stream, first: UInt64(first + 1), lines: (first..<first + count).map(line))
    }

    /// The messages of a batch.
    public static func messages(_ lines: LineBatch, _ decoder: MessageDecoder) throws -> MessageBatch {
        var batch = MessageBatch(stream: lines.stream)
        batch.reserve(count: lines.count, bytes: lines.size)
        try lines.forEachLine { sequence, line in batch.append(try decoder.decode(line), sequence: sequence) }
        return batch
    }

    private static func line(_ index: Int) -> String {
        let (round, slot) = index.quotientAndRemainder(dividingBy: sessions)
        let time = index * spacing
        // Sessions don't all change at once: each a little after the one before.
        let session = "session-\(slot)-\((time + slot * 600) / 60_000)"
        func line(_ text: String) -> [UInt8] {
            JSONWriter.bytes { json in
                json.object { json in
                    json.field("session_id", session)
                    json.field("timestamp", Timestamp(milliseconds: begin + Int64(time)))
                    json.field("sender", round % 2 == 0 ? "customer" : "rm" as StaticString)
                    json.field("message", text)
                }
            }
        }
        let words = "I have a 30-year fixed mortgage at 4.5% interest rate. What would it cost me to refinance it now?"
        return String(decoding: line(String(words.prefix(size - line("").count))), as: UTF8.self)
    }
}
