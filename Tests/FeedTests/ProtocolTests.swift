/// What goes over the wire.
import Testing

@testable import Feed

@Suite("Protocol", .timeLimit(.minutes(5)))
struct ProtocolTests {
    @Test("a position is the number, big-endian, and the stream")
    func position() {
        let frame = Position.frame(258, "ab")
        #expect(frame == [0, 0, 0, 0, 0, 0, 1, 2, 0x61, 0x62])
        frame.withUnsafeBytes { bytes in
            #expect(Position.sequence(bytes) == 258)
            #expect(Position.stream(bytes).elementsEqual("ab".utf8))
        }
        [UInt8](repeating: 1, count: 8).withUnsafeBytes { #expect(Position.sequence($0) == nil) }
    }

    @Test(
        "a request survives the wire",
        arguments: [
            ReplayRequest.fetch(stream: "s", from: 7, budget: 1 << 20),
            .fetch(stream: "s", from: 7, budget: 1 << 20, fingerprint: "0123456789abcdef"), .hold(stream: "ü"),
            .end(stream: "s"),
        ])
    func requests(_ request: ReplayRequest) {
        #expect(ReplayRequest(frames: request.frames) == request)
    }

    @Test(
        "an answer survives the wire",
        arguments: [
            ReplayAnswer.batch(stream: "s", first: 3, next: 9, lines: Array("a\nb".utf8)),
            .nothing(stream: "s", next: 4), .gone(stream: "s", firstKept: 5), .unknown(stream: "s"),
            .other(stream: "s"),
        ])
    func answers(_ answer: ReplayAnswer) {
        #expect(ReplayAnswer(frames: answer.frames) == answer)
    }

    @Test("what isn't a request or an answer is neither")
    func nonsense() {
        for frames in [[], [[]], [[1], [2], [3]], [Array("FETCH".utf8), [], [1], [2]], [Array("END".utf8)]]
            as [[[UInt8]]]
        {
            #expect(ReplayRequest(frames: frames) == nil)
            #expect(ReplayAnswer(frames: frames) == nil)
        }
    }

    @Test("control survives the wire, and leaves out what it doesn't know")
    func control() {
        let full = Control(
            stream: "s", first: 2, next: 9, eventTime: 1_737_642_600_000, replay: "tcp://127.0.0.1:1", speed: 2,
            ended: true, complete: false)
        #expect(Control(json: full.json) == full)
        let bare = Control(stream: "s", first: 1, next: 1, replay: "r")
        #expect(
            String(decoding: bare.json, as: UTF8.self)
                == #"{"ended":false,"first":1,"next":1,"replay":"r","stream":"s"}"#)
    }

    @Test(
        "control that can't be true is refused",
        arguments: [
            "", "{}", "[]", #"{"ended":false,"first":3,"next":1,"replay":"r","stream":"s"}"#,
            #"{"ended":false,"first":0,"next":1,"replay":"r","stream":"s"}"#,
            #"{"ended":false,"first":1,"next":1,"replay":"r","stream":""}"#,
        ])
    func badControl(_ json: String) {
        #expect(Control(json: Array(json.utf8)) == nil)
    }

    @Test("a topic names its session, up to 200 bytes")
    func topics() {
        #expect(Topic.make("message/", "abc") == Array("message/abc".utf8))
        #expect(Topic.make("message/", "") == Array("message/".utf8))
        let fits = String(repeating: "x", count: 192)
        #expect(Topic.make("message/", fits) == Array("message/\(fits)".utf8))
    }

    @Test("a longer session is cut between characters and marked with a hash of the whole")
    func longTopics() throws {
        let long = String(repeating: "ü", count: 120)
        let topic = Topic.make("message/", long + "a")
        #expect(topic.count <= 200)
        let text = try #require(String(validating: topic, as: UTF8.self))
        #expect(text.hasPrefix("message/üü"))
        #expect(text.wholeMatch(of: /.*~[0-9a-f]{16}/) != nil)
        #expect(topic != Topic.make("message/", long + "b"))
        #expect(topic == Topic.make("message/", long + "a"))
    }

}
