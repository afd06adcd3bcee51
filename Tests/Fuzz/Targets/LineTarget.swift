/// Lines of input, which may hold anything.
import Bytes
import Chat
import Feed
import Records
import Streaming

@testable import Consuming
@testable import Storage

extension FuzzTarget {
    static let line = FuzzTarget(
        "line",
        words: [
            #""session_id""#, #""timestamp""#, #""sender""#, #""message""#, #""rm""#, #""customer""#,
            #""2025-01-23T14:30:00Z""#, #"\u0000"#, #"\ud83d\ude00"#, #"\ud800"#, "1e999", "-0",
            "123456789012345678901",
            "[[[[[[[[", "\u{FEFF}", "\n", "\r",
        ]
    ) {
        [
            SampleLines.plain.joined(separator: "\n"),
            #"{"message":"é🌐","sender":"customer","timestamp":"2025-01-23T14:30:00.250+01:00","session_id":"a/%"}"#,
            #" {"session_id":"\u0061\n","x":[1,2e5,{"y":null}],"sender":"rm","message":"","timestamp":"2025-01-23T14:30:00"} "#,
            #"{"n":123456789012345678901234567890,"session_id":"a","timestamp":"2024-02-29T00:00:00Z","sender":"rm","message":"\\"}"#,
            #"{"session_id":"a","session_id":"b","timestamp":"x","sender":"else","message":1}"#, "[]", "",
        ].map { Array($0.utf8) }
    } reader: {
        let lines = try LineReading()
        return .direct {
            try lines.take($0)
            return Array($0)
        }
    }
}

/// Chats as most producers write them.
enum SampleLines {
    static let plain = [
        #"{"session_id":"abc123","timestamp":"2025-01-23T14:30:00Z","sender":"customer","message":"Hi, my loan."}"#,
        #"{"session_id":"def456","timestamp":"2025-01-23T14:30:12Z","sender":"rm","message":"Hello!"}"#,
        #"{"session_id":"abc123","timestamp":"2025-01-23T14:31:05Z","sender":"customer","message":"And yours?"}"#,
    ]
}

/// Reads lines in all the ways in which they can be read, which must all come to the same.
private final class LineReading {
    /// A message's fields, out of the decoder's hands.
    private struct Fields: Equatable {
        let session: [UInt8]
        let timestamp: Timestamp
        let sender: Sender
        let text: [UInt8]
    }

    private let batches = BatchDecoder()
    private let decoder = MessageDecoder()
    private let mapper: LineMapper

    init() throws { mapper = LineMapper(try FieldMapping(fields: "", senders: "nobody at all=rm")) }

    func take(_ input: UnsafeRawBufferPointer) throws {
        let batch = LineBatch(stream: "s", first: 1, count: input.lineFeeds + 1, joined: input)
        var together = DecodedBatch()
        batches.decode(batch, into: &together)
        var apart = MessageBatch(stream: "s")
        var reasons: [String] = []
        try batch.forEachLine { sequence, line in
            switch read(line) {
            case .success(let fields):
                try check(fields, of: line)
                fields.session.withUnsafeBytes { session in
                    fields.text.withUnsafeBytes { text in
                        apart.append(
                            DecodedMessage(
                                sessionID: session, timestamp: fields.timestamp, sender: fields.sender, text: text),
                            sequence: sequence)
                    }
                }
            case .failure(let rejection): reasons.append(rejection.description)
            }
            try compareWithMore(line)
            try compareWithMapped(line)
        }
        try Finding.unless(
            Self.bytes(of: apart) == Self.bytes(of: together.messages), "lines mean something else beside others")
        try Finding.unless(reasons == together.rejected.map(\.reason), "reasons differ: \(reasons)")
    }

    private static func bytes(of messages: MessageBatch) -> [UInt8] {
        var writer = ByteWriter()
        messages.write(to: &writer)
        return writer.withBytes { Array($0) }
    }

    /// Reads a line where nothing but the padding may be read behind it, and means nothing.
    private func read(_ line: some Collection<UInt8>) -> Result<Fields, Rejection> {
        let room = UnsafeMutableRawBufferPointer.allocate(
            byteCount: line.count + MessageDecoder.padding, alignment: 1)
        defer { room.deallocate() }
        room.copyBytes(from: line)
        for index in line.count..<room.count { room[index] = UInt8(ascii: "\"") }
        return Result { () throws(Rejection) in
            let message = try decoder.decode(UnsafeRawBufferPointer(rebasing: room[..<line.count]))
            return Fields(
                session: Array(message.sessionID), timestamp: message.timestamp, sender: message.sender,
                text: Array(message.text))
        }
    }

    /// What a message must be, and that it is read back when it is written.
    private func check(_ fields: Fields, of line: UnsafeRawBufferPointer) throws {
        guard let session = String(validating: fields.session, as: UTF8.self),
            let text = String(validating: fields.text, as: UTF8.self)
        else { throw Finding("a message isn't UTF-8: \(line.shown)") }
        let written = JSONWriter.bytes { json in
            json.object {
                $0.field("session_id", session)
                $0.field("timestamp", fields.timestamp)
                $0.field("sender", fields.sender.name)
                $0.field("message", text)
            }
        }
        try Finding.unless((try? read(written).get()) == fields, "not read back: \(written.shown)")
    }

    /// A line whose names are translated means what it meant, if all are its own; and is refused if it was.
    private func compareWithMapped(_ line: UnsafeRawBufferPointer) throws {
        let room = Array(line) + [UInt8](repeating: UInt8(ascii: "\""), count: MessageDecoder.padding)
        let mapped = room.withUnsafeBytes { mapper.map(UnsafeRawBufferPointer(rebasing: $0[..<line.count])) }
        guard let mapped else { return }
        let (alone, again) = (read(line), read(mapped))
        switch alone {
        case .success(let fields): try Finding.unless((try? again.get()) == fields, "mapped otherwise: \(line.shown)")
        case .failure: try Finding.unless((try? again.get()) == nil, "mapped and accepted: \(line.shown)")
        }
    }

    /// Fields that nobody asked for change nothing, whichever way the line is read because of them: a plain line isn't one
    /// any more, and a number beyond 64 bits has it read twice.
    private func compareWithMore(_ line: UnsafeRawBufferPointer) throws {
        guard let brace = line.firstIndex(where: { $0 != UInt8(ascii: " ") }), line[brace] == UInt8(ascii: "{") else {
            return
        }
        let alone = try? read(line).get()
        for field in [#""x":0,"#, #""x":123456789012345678901,"#] {
            var longer = Array(line)
            longer.insert(contentsOf: field.utf8, at: brace + 1)
            try Finding.unless((try? read(longer).get()) == alone, "another field changes the line: \(line.shown)")
        }
    }
}
