/// Files as people have them, played from end to end.
import Foundation
import Testing
import TestSupport

@Suite("Chat exports", .timeLimit(.minutes(10)))
struct ChatExportTests {
    /// A file with the conversations of the sample, and what has to be written to play it.
    struct Export: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let bytes: [UInt8]
        var options: [String] = []
        /// A program that packs the file.
        var packer: String?

        init(_ name: String, _ text: String, _ options: [String] = [], packer: String? = nil) {
            self.init(name, Array(text.utf8), options, packer: packer)
        }

        init(_ name: String, _ bytes: [UInt8], _ options: [String] = [], packer: String? = nil) {
            testDescription = name
            self.bytes = bytes
            self.options = options
            self.packer = packer
        }
    }

    private struct Message: Decodable {
        let session_id, timestamp, sender, message: String

        var seconds: Int { (try? Date(timestamp, strategy: .iso8601)).map { Int($0.timeIntervalSince1970) } ?? 0 }
        var role: String { sender == "rm" ? "agent" : "user" }
        /// The same for each message of a session.
        var number: Int { 9_007_199_254_740_993 + Int(session_id.utf8.reduce(0) { ($0 &* 31 &+ UInt64($1)) % 1000 }) }
    }

    private static let messages: [Message] = {
        let text = (try? String(contentsOfFile: Setup.sample, encoding: .utf8)) ?? ""
        return text.split(separator: "\n").compactMap { try? JSONDecoder().decode(Message.self, from: Data($0.utf8)) }
    }()

    /// A line for each message.
    private static func lines(separator: String = "\n", _ line: (Message) -> String) -> String {
        messages.map { line($0) + separator }.joined()
    }

    private static func json(_ text: String) -> String {
        (try? String(decoding: JSONEncoder().encode(text), as: UTF8.self)) ?? ""
    }

    private static func plain(_ message: Message) -> String {
        #"{"session_id":"\#(message.session_id)","timestamp":"\#(message.timestamp)","sender":"\#(message.sender)","message":\#(json(message.message))}"#
    }

    private static func table(
        _ header: [String], separator: String = ",", lineEnd: String = "\n", _ row: (Message) -> [String]
    ) -> String {
        ([header] + messages.map(row)).map { fields in
            fields.map { "\"\($0.replacing("\"", with: "\"\""))\"" }.joined(separator: separator) + lineEnd
        }.joined()
    }

    private static func columns(_ message: Message) -> [String] {
        [message.session_id, message.timestamp, message.sender, message.message]
    }

    private static func wide(_ text: String, bigEndian: Bool = false, mark: Bool = true) -> [UInt8] {
        ((mark ? "\u{FEFF}" : "") + text).utf16.flatMap { unit in
            bigEndian ? [UInt8(unit >> 8), UInt8(unit & 0xFF)] : [UInt8(unit & 0xFF), UInt8(unit >> 8)]
        }
    }

    private static let own = ["session_id", "timestamp", "sender", "message"]

    static let exports: [Export] = [
        Export(
            "senders as a model's log has them",
            lines { plain($0).replacing("\"sender\":\"\($0.sender)\"", with: "\"sender\":\"\($0.role)\"") },
            ["--sender-map", "user=customer,agent=rm"]),
        Export(
            "fields with other names",
            lines {
                #"{"conversationId":"\#($0.session_id)","createdAt":"\#($0.timestamp)","role":"\#($0.role)","text":\#(json($0.message)),"id":7}"#
            },
            [
                "--field-map", "session_id=conversationId,timestamp=createdAt,sender=role,message=text", "--sender-map",
                "user=customer,agent=rm",
            ]),
        Export(
            "fields in objects, laid out over lines",
            lines {
                """
                {
                  "conversation": {"id": "\($0.session_id)"}, "ts": {"$date": "\($0.timestamp)"},
                  "author": {"isAgent": \($0.sender == "rm")},
                  "content": [{"type": "text", "text": \(json($0.message))}]
                }
                """
            },
            [
                "--field-map",
                "session_id=conversation.id,timestamp=ts.$date,sender=author.isAgent,message=content.0.text",
                "--sender-map", "true=rm,false=customer",
            ]),
        Export("ids that are numbers", lines { plain($0).replacing("\"\($0.session_id)\"", with: "\($0.number)") }),
        Export("seconds since 1970", lines { plain($0).replacing("\"\($0.timestamp)\"", with: "\($0.seconds)") }),
        Export(
            "milliseconds since 1970, as a text", lines { plain($0).replacing($0.timestamp, with: "\($0.seconds)000") }),
        Export(
            "times with a space and an offset",
            lines {
                plain($0).replacing(
                    $0.timestamp, with: $0.timestamp.replacing("T", with: " ").replacing("Z", with: "+00:00"))
            }),
        Export("UTF-16 with a mark", wide(lines(separator: "\r\n", plain))),
        Export("UTF-16, the other way round", wide(lines(plain), bigEndian: true)),
        Export("UTF-16 without a mark", wide(lines(plain), mark: false)),
        Export("gzip", lines(plain), packer: "gzip"),
        Export("xz, and an array in it", "[" + messages.map(plain).joined(separator: ",\n") + "]", packer: "xz"),
        Export("an array on one line", "[" + messages.map(plain).joined(separator: ",") + "]"),
        Export("objects in a row", lines(separator: " ", plain)),
        Export("lines that end as they did on old Macs", lines(separator: "\r", plain)),
        Export("CSV", table(own, columns)),
        Export("CSV as Excel writes it in Europe", "\u{FEFF}" + table(own, separator: ";", lineEnd: "\r\n", columns)),
        Export("Excel's Unicode text", wide(table(own, separator: "\t", lineEnd: "\r\n", columns))),
        Export(
            "CSV with a header for people",
            table(["Session ID", "Timestamp", "Sender", "Message"], lineEnd: "\r", columns)),
        Export(
            "CSV that says its separator, with other names for the same",
            "sep=;\r\n"
                + table(["SessionId", "TimeStamp", "Sender", "MESSAGE"], separator: ";", lineEnd: "\r\n", columns)),
        Export(
            "CSV with names of its own",
            table(["Chat", "When", "Who", "What was said"]) {
                [$0.session_id, $0.timestamp, $0.role.uppercased(), $0.message]
            },
            [
                "--field-map", "session_id=Chat,timestamp=When,sender=Who,message=What was said", "--sender-map",
                "user=customer,agent=rm",
            ]),
    ]

    @Test("An export plays to the six entries of the sample", arguments: exports)
    func plays(_ export: Export) async throws {
        let setup = try Setup()
        var input = try setup.folder.write("export", export.bytes)
        if let packer = export.packer {
            let packing = Process()
            packing.executableURL = URL(fileURLWithPath: "/usr/bin/env")
            packing.arguments = [packer, "-S", ".packed", input]
            try packing.run()
            packing.waitUntilExit()
            input += ".packed"
        }
        let consumer = try await setup.consumer("--exit-on-end", "--responder", "none", "--console", "json")
        let producer = try await setup.producer(input, export.options)
        #expect(await producer.exit() == 0)
        #expect(await consumer.exit() == 0)
        #expect(!producer.errorText.contains("WARNING"), "\(producer.errorText)")
        #expect(try Self.windows(consumer) == (try await Self.expected.value))
    }

    /// Each entry's messages.
    private static func windows(_ consumer: RunningProgram) throws -> [[String]] {
        try Entry.all(consumer).map { entry in
            (entry.data.messages ?? []).map { "\($0.sequence) \($0.sender): \($0.message)" }
        }.sorted { $0.joined() < $1.joined() }
    }

    /// The windows of the sample itself.
    private static let expected = Task {
        let setup = try Setup()
        let consumer = try await setup.consumer("--exit-on-end", "--responder", "none", "--console", "json")
        let producer = try await setup.producer(Setup.sample)
        #expect(await producer.exit() == 0)
        #expect(await consumer.exit() == 0)
        let windows = try Self.windows(consumer)
        #expect(windows.count == 6)
        return windows
    }

    @Test("Where nothing in a file is a message, one warning says what to write, and the exit code is 65")
    func unknownNames() async throws {
        let setup = try Setup()
        let input = try setup.folder.write(
            "export.jsonl",
            Self.lines {
                #"{"chat_id":"\#($0.session_id)","time":"\#($0.timestamp)","from":"\#($0.role)","body":"hi"}"#
            })
        let consumer = try await setup.consumer("--exit-on-end", "--responder", "none", "--console", "json")
        let producer = try await setup.producer(input)
        #expect(await producer.exit() == 65)
        #expect(await consumer.exit() == 0)
        let warnings = producer.errorText.split(separator: "\n").filter { $0.contains("WARNING") }
        #expect(warnings.count == 1)
        #expect(
            warnings.first?.contains("--field-map session_id=chat_id,timestamp=time,sender=from,message=body") == true)
        #expect(producer.errorText.contains("Not one line of \(input) is a message."))
    }
}
