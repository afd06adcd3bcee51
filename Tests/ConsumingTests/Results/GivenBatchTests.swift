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
        let lines = [Self.line(), Self.window(), Self.window(revision: 2), Self.line()]
        let batch = try GivenBatch(number: 3, lines: Array(lines.joined(separator: "\n").utf8), hash: Self.hash)
        #expect(batch.number == 3)
        #expect(batch.records.count == 4)
        #expect(Set(batch.records.map(\.id)).count == 3)
    }

    @Test(
        "one line that isn't a result refuses them all, by its number and without its words",
        arguments: [
            "", "{}", "secret", line(String(repeating: "x", count: 129)), line(""), line(id: ""), window(messages: 0),
            window(revision: 0), window(session: ""), " " + line(),
            window().replacingOccurrences(of: "rm", with: "bot"),
        ])
    func refused(_ line: String) {
        let lines = Array("\(Self.line())\n\(line)\n\(Self.line())".utf8)
        let problem = #expect(throws: GivenBatch.Refusal.self) {
            try GivenBatch(number: 1, lines: lines, hash: Self.hash)
        }
        #expect(problem?.description == "its line 2 isn't a result of a window")
    }

    @Test("more lines than a request may have")
    func tooMany() {
        let lines = Array(repeating: Self.line(), count: ResultsRequest.mostLines + 1).joined(separator: "\n")
        #expect(throws: GivenBatch.Refusal.self) {
            try GivenBatch(number: 1, lines: Array(lines.utf8), hash: Self.hash)
        }
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
