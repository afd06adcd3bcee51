/// Results in a request, and requests at the desk.
import Bytes
import Feed
import Testing

@testable import Consuming

@Suite("Results that are given", .timeLimit(.minutes(1)))
struct GivenBatchTests {
    private static let hash = KeyedHash(key: [UInt8](repeating: 7, count: 16))

    static func line(_ stream: String = "s", id: String = "s/began") -> String {
        #"{"specversion":"1.0","id":"\#(id)","source":"/x","type":"streamllm.stream.v1","data":{"stream":"\#(stream)","ended":false}}"#
    }

    static func window(start: Int = 0, revision: Int = 1, messages: Int = 1, session: String = "a") -> String {
        let message = #"{"timestamp":"1970-01-01T00:00:01Z","sender":"rm","message":"x","sequence":1}"#
        let all = Array(repeating: message, count: messages).joined(separator: ",")
        return
            #"{"specversion":"1.0","id":"s/\#(session)/\#(start)-30000/\#(revision)","source":"/x","type":"streamllm.workspace.entry.v1","subject":"a","data":{"stream":"s","session_id":"\#(session)","window":{"kind":"tumbling","start":"1970-01-01T00:00:0\#(start)Z","end":"1970-01-01T00:00:30Z"},"revision":\#(revision),"supersedes":null,"trigger":"window","messages":[\#(all)],"lost":0}}"#
    }

    @Test("all lines of a request are read; ids tell them apart")
    func read() throws {
        let replacing = Self.window(revision: 2).replacingOccurrences(
            of: #""supersedes":null"#, with: #""supersedes":"s/a/0-30000/1""#)
        let lines = [Self.line(), Self.window(), replacing, Self.line(), Self.setAside(1)]
        let batch = try GivenBatch(number: 3, lines: Array(lines.joined(separator: "\n").utf8), hash: Self.hash)
        #expect(batch.number == 3)
        #expect(batch.records.count == 5)
        #expect(Set(batch.records.map(\.id)).count == 4)
    }

    @Test("a line of bytes that aren't UTF-8 is taken as it is kept, three times as large")
    func largeLine() throws {
        let line = Self.setAside(1, String(repeating: "\u{FFFD}", count: 3 << 19))
        let batch = try GivenBatch(number: 1, lines: Array(line.utf8), hash: Self.hash)
        guard case .setAside(let record) = try #require(batch.records.first?.record) else { throw CancellationError() }
        #expect(record.line.utf8.count == 9 << 19)
    }

    @Test(
        "one line that isn't a result refuses them all, by its number and without its words",
        arguments: [
            "", "{}", "secret", line(String(repeating: "x", count: 129)), line(""), line(id: ""), window(messages: 0),
            window(revision: 0), window(session: ""), " " + line(),
            window().replacingOccurrences(of: "rm", with: "bot"), part("-1", of: "2"), part("2", of: "2"),
            part("4294967296", of: "4294967297"), part("0", of: "32769"), part("0", of: "0"), part("0", of: "-1"),
            part("null", of: "2"), part("0", of: "null"), part("9223372036854775807", of: "9223372036854775807"),
            window().replacingOccurrences(
                of: #""supersedes":null"#, with: #""supersedes":"s/a/0-30000/1""#),
            window(revision: 2).replacingOccurrences(
                of: #""supersedes":null"#, with: #""supersedes":"s/b/0-30000/1""#),
            window(revision: 2).replacingOccurrences(
                of: #""supersedes":null"#, with: #""supersedes":"s/a/0-30000/1","also_supersedes":["t/a/0-20000/1"]"#),
            window().replacingOccurrences(of: #""sequence":1"#, with: #""sequence":0"#),
            window().replacingOccurrences(of: #""sequence":1"#, with: #""sequence":18446744073709551615"#),
            window().replacingOccurrences(of: "00:00:01Z", with: "00:00:30Z"),
            window(start: 2), setAside(0),
        ])
    func refused(_ line: String) {
        let lines = Array("\(Self.line())\n\(line)\n\(Self.line())".utf8)
        let problem = #expect(throws: GivenBatch.Refusal.self) {
            try GivenBatch(number: 1, lines: lines, hash: Self.hash)
        }
        #expect(problem?.description == "its line 2 isn't a result of a window")
    }

    static func part(_ part: String, of parts: String) -> String {
        line().replacingOccurrences(of: "false}", with: "true,\"part\":\(part),\"parts\":\(parts)}")
    }

    static func setAside(_ sequence: Int, _ line: String = "x") -> String {
        #"{"specversion":"1.0","id":"s/\#(sequence)/rejected","source":"/x","type":"streamllm.message.rejected.v1","data":{"session_id":null,"line":"\#(line)","reason":"x","position":{"stream":"s","sequence":\#(sequence)}}}"#
    }

    @Test(
        "an id and a subject follow from what is said",
        arguments: [
            window().replacingOccurrences(of: "0-30000/1", with: "0-30000/2"),
            window().replacingOccurrences(of: #""id":"s/a"#, with: #""id":"s/b"#),
            window(session: "\u{E9}").replacingOccurrences(of: #""id":"s/\u{E9}"#, with: "\"id\":\"s/e\u{301}"),
            window().replacingOccurrences(of: #""subject":"a""#, with: #""subject":"b""#),
            window().replacingOccurrences(of: #","subject":"a""#, with: ""),
        ])
    func headed(_ line: String) {
        let problem = #expect(throws: GivenBatch.Refusal.self) {
            try GivenBatch(number: 1, lines: Array(line.utf8), hash: Self.hash)
        }
        #expect(problem?.description == "its line 1 has an id or a subject that isn't its data's")
    }

    @Test(
        "more than a request may have is refused before it is read",
        arguments: [
            (Array("\n".utf8), ResultsRequest.mostLines, "lines"),
            (Array(",".utf8), ResultsRequest.mostValues + 1, "values"),
            (Array("[],".utf8), ResultsRequest.mostValues + 1, "values"),
        ])
    func tooMany(_ bytes: [UInt8], _ count: Int, _ what: String) {
        let lines = [[UInt8]](repeating: bytes, count: count).flatMap { $0 }
        let problem = #expect(throws: GivenBatch.Refusal.self) {
            try GivenBatch(number: 1, lines: lines, hash: Self.hash)
        }
        #expect(problem?.description.hasSuffix(what) == true)
    }

    @Test("the desk knows whose request is durable, whatever numbers clients choose")
    func desk() {
        var desk = ResultsDesk()
        func put(_ number: UInt64, _ line: String, from client: UInt8) -> UInt64? {
            let frames = ResultsRequest.put(number: number, lines: Array(line.utf8)).frames
            guard case .take(let batch) = desk.came(frames, from: [[client]], Self.hash) else { return nil }
            return batch.number
        }
        let numbers = [put(5, Self.line(), from: 1), put(5, Self.line(), from: 2), put(6, Self.line(), from: 1)]
        #expect(numbers == [1, 2, 3] && desk.underWay == 3)
        let second = desk.isDurable(2)
        #expect(second?.0 == .taken(number: 5) && second?.client == [[2]])
        let again = desk.isDurable(2)
        #expect(again == nil && desk.underWay == 2)
        guard
            case .answer(let answer, _) = desk.came(
                ResultsRequest.put(number: 9, lines: [1]).frames, from: [[1]], Self.hash)
        else {
            Issue.record("not refused")
            return
        }
        #expect(answer == .refused(number: 9, reason: "its line 1 isn't a result of a window"))
        for frames in [
            [], [[1]], [Array("PUT".utf8), [1], [2]], [Array("GET".utf8), [UInt8](repeating: 0, count: 8), []],
        ] {
            if case .nothing = desk.came(frames, from: [[1]], Self.hash) { continue }
            Issue.record("taken: \(frames)")
        }
    }
}
