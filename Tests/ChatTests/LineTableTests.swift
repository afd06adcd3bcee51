/// Lines and what is read of them: a table that is data, since another decoder has it, too (Flink/test).
import Chat
import Foundation
import Testing
import TestSupport

@Suite("Lines", .timeLimit(.minutes(1)))
struct LineTableTests {
    /// A line, in text or in hexadecimal digits, and its fields, or why it has none.
    struct Row: Decodable, Sendable, CustomTestStringConvertible {
        let what: String
        let line: String?
        let hex: String?
        let session: String?
        let time: Int64?
        let sender: String?
        let text: String?
        let reason: String?

        var testDescription: String { what }

        var bytes: [UInt8] {
            if let line { return Array(line.utf8) }
            let digits = Array((hex ?? "").utf8)
            return stride(from: 0, to: digits.count, by: 2).map {
                UInt8(String(decoding: digits[$0...($0 + 1)], as: UTF8.self), radix: 16) ?? 0
            }
        }
    }

    private struct Table: Decodable {
        let lines: [Row]
    }

    static let table = Result {
        try JSONDecoder().decode(
            Table.self, from: Data(contentsOf: URL(filePath: Setup.package + "/Tests/Tables/lines.json"))
        )
        .lines
    }

    @Test("are there")
    func areThere() throws { #expect(try Self.table.get().count > 200) }

    @Test("are read, or not, as the table says", arguments: (try? table.get()) ?? [])
    func read(_ row: Row) {
        let line = row.bytes
        // What is read points into it.
        let decoder = MessageDecoder()
        defer { withExtendedLifetime(decoder) {} }
        let padded = line + [UInt8](repeating: 0, count: MessageDecoder.padding)
        padded.withUnsafeBytes { bytes in
            do throws(Rejection) {
                let message = try decoder.decode(UnsafeRawBufferPointer(rebasing: bytes[..<line.count]))
                #expect(row.reason == nil)
                #expect(String(decoding: message.sessionID, as: UTF8.self) == row.session)
                #expect(message.timestamp.milliseconds == row.time)
                #expect("\(message.sender.name)" == row.sender)
                #expect(Array(message.text) == row.text.map { Array($0.utf8) })
            } catch {
                #expect(error.description == row.reason)
            }
        }
    }
}
