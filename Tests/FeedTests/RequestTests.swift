/// What a publisher makes of requests, on real sockets.
import Testing
import TestSupport
import ZeroMQ

@testable import Feed

@Suite("Requests", .timeLimit(.minutes(5)))
final class RequestTests {
    private let folder: TemporaryFolder
    private let driven: HandDriven
    private let dealer: Socket

    init() throws {
        folder = try TemporaryFolder()
        driven = try HandDriven(folder, stream: "s", fingerprint: "one")
        driven.publisher.claims = Claims()
        try driven.publish(1...10)
        dealer = try FeedSocket.asker(
            largestRecord: 1 << 20, routingID: Array("client".utf8), in: FeedContext(keys: nil))
        try dealer.connect(folder.endpoint("feed-replay"))
    }

    private func print(_ number: Int) -> String { Array("line \(number)".utf8).withUnsafeBytes { Fingerprint.of($0) } }

    private func send(_ request: ReplayRequest) throws {
        let frames = request.frames
        for (index, frame) in frames.enumerated() {
            while try !dealer.send(frame, more: index < frames.count - 1) { try driven.publisher.serve(&driven.log) }
        }
    }

    /// The answer to a FETCH: its first frame.
    private func ask(_ from: UInt64, first: String? = "one", last: String? = nil) throws -> String {
        try send(.fetch(stream: "s", from: from, budget: 20, fingerprint: first, last: last))
        var frame = Frame()
        while try !dealer.receive(into: &frame) { try driven.publisher.serve(&driven.log) }
        let head = String(decoding: frame.bytes, as: UTF8.self)
        while frame.hasMore { _ = try dealer.receive(into: &frame) }
        return head
    }

    @Test("who has another record before the one wanted is told that this is another stream")
    func lastRecord() throws {
        #expect(try ask(5, last: print(4)) == "BATCH")
        #expect(try ask(5, last: print(3)) == "OTHER")
        #expect(try ask(11, last: print(10)) == "NOTHING")
        #expect(try ask(11, last: print(9)) == "OTHER")
        // Nothing is before the first.
        #expect(try ask(1, last: "whatever") == "BATCH")
        // Two records fit into an answer; of the second the publisher knows what it has sent.
        #expect(try ask(1, last: print(0)) == "BATCH")
        #expect(try ask(3, last: print(2)) == "BATCH")
        #expect(try ask(5, last: print(3)) == "OTHER")
        #expect(try ask(5, first: "two", last: print(4)) == "OTHER")
        #expect(try ask(5, last: nil) == "BATCH", "who doesn't say is believed")
    }

    @Test("who asks again as soon as it is answered is answered each time")
    func quick() throws {
        for _ in 0..<20_000 { #expect(try ask(1) == "BATCH") }
    }

    @Test("who is further is told that there is nothing yet, and what it says is kept to be looked at")
    func claim() throws {
        #expect(try ask(21, last: print(20)) == "NOTHING")
        let wanted = driven.publisher.claims?.wanted(next: 11, fingerprint: "one")
        #expect(wanted == 20)
        let goal = driven.publisher.claims?.found(print(21), at: 20)
        #expect(goal == nil)
        #expect(try ask(21, last: print(20)) == "OTHER")
        #expect(try ask(22) == "NOTHING")
        let more = driven.publisher.claims?.wanted(next: 11, fingerprint: "one")
        #expect(more == nil, "it names no record")
    }

    @Test(
        "at the end, an acknowledgement releases the publisher when its sender has the last record",
        arguments: [(nil, false), (10, true), (9, false)] as [(Int?, Bool)])
    func end(_ named: Int?, _ expected: Bool) throws {
        #expect(try ask(3) == "BATCH")
        driven.publisher.end()
        try send(.end(stream: "s", last: named.map { print($0) }))
        // Requests of a client are taken in their order: when this one has been answered, the END has been heard.
        try send(.fetch(stream: "other", from: 1, budget: 1))
        var frame = Frame()
        while try !dealer.receive(into: &frame) { try driven.publisher.serve(&driven.log) }
        #expect(driven.publisher.isReleased == expected)
    }
}
