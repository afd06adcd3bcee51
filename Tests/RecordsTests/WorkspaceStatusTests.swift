/// How the consumer says that it is doing.
import Chat
import Records
import Testing

@Suite("A consumer's status", .timeLimit(.minutes(1)))
struct WorkspaceStatusTests {
    private static let time = Timestamp(milliseconds: 1_737_642_600_250)

    private static let status = WorkspaceStatus(
        time: time, since: Timestamp(milliseconds: 0), received: 9, accepted: 7, rejected: 1, duplicates: 1, late: 2,
        lost: .max, entries: 4, generated: 3, fallback: 1, feedback: 5, windowsOpen: 2, windowsWaiting: 1,
        silentEndpoints: ["tcp://127.0.0.1:1"],
        streams: [
            .init(
                stream: "s", state: .silent, next: 8, eventTime: time, watermark: nil, windowsOpen: 2,
                holdsMessage: true)
        ],
        servers: [.init(server: "http://h", state: .failing, inFlight: 1, error: "it \"fell\"")])

    @Test("It is one line of JSON, and reads as what it was")
    func form() throws {
        let json = Self.status.json
        #expect(
            String(decoding: json, as: UTF8.self)
                == #"{"accepted":7,"duplicates":1,"entries":4,"fallback":1,"feedback":5,"generated":3,"late":2,"lost":18446744073709551615,"received":9,"rejected":1,"servers":[{"error":"it \"fell\"","in_flight":1,"server":"http://h","state":"failing"}],"silent_endpoints":["tcp://127.0.0.1:1"],"since":"1970-01-01T00:00:00.000Z","streams":[{"event_time":"2025-01-23T14:30:00.250Z","holds_message":true,"next":8,"state":"silent","stream":"s","windows_open":2}],"time":"2025-01-23T14:30:00.250Z","windows_open":2,"windows_waiting":1}"#
        )
        #expect(try WorkspaceStatus(json: json) == Self.status)
    }

    @Test("What isn't one is refused", arguments: ["", "[]", "{}", #"{"time":"yesterday"}"#])
    func bad(_ text: String) {
        #expect(throws: (any Error).self) { _ = try WorkspaceStatus(json: Array(text.utf8)) }
    }
}
