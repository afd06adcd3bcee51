/// A publisher among peers that send without end and don't read.
import Foundation
import Testing
import TestSupport
import Threads
import ZeroMQ

@testable import Feed

@Suite("Floods", .timeLimit(.minutes(5)))
struct FloodTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test(
        "while one connection floods the live socket, questions are answered and control comes",
        arguments: [("messages", [2, 120]), ("subscriptions", [1] + Array("control".utf8)), ("topics", [1])]
            as [(String, [UInt8])])
    func live(_ name: String, _ start: [UInt8]) throws {
        let driven = try HandDriven(folder, stream: "s")
        try driven.publish(1...3)
        let context = try FeedContext(keys: nil)
        let subscriber = try FeedSocket.subscriber(largestRecord: 1 << 20, in: context)
        try subscriber.subscribe(to: Topic.control)
        try subscriber.connect(folder.endpoint("feed"))
        let flooder = try RawPeer(folder.endpoint("feed"), kind: "SUB")
        let block = (0..<2000).flatMap { number in
            // Topics of which no two are the same.
            RawPeer.message([start + (name == "topics" ? Array("\(number) \(UInt64.random(in: 0 ... .max))".utf8) : [])]
            )
        }
        // It ends when the connection does.
        Thread { while flooder.send(block) {} }.start()
        defer { flooder.stop() }
        let client = try ReplayClient(
            endpoint: folder.endpoint("feed-replay"), routingID: Array("client".utf8), in: context)
        var (controls, answers) = (0, 0)
        while controls < 8 || answers < 8 {
            try driven.publisher.serve(&driven.log)
            try driven.publisher.wait(milliseconds: min(5, driven.publisher.patience.milliseconds))
            var frame = Frame()
            while try subscriber.receive(into: &frame) { if !frame.hasMore { controls += 1 } }
            if client.asking == nil { try client.ask("s", from: 1, fingerprint: nil) }
            _ = client.timeOut()
            if case .batch = try client.receive() { answers += 1 }
        }
        #expect(answers >= 8)
    }

    @Test(
        "what nobody wants is looked at so often, and passed over so often; then the rest waits for the next turn",
        arguments: [("control", []), ("message/a", Position.frame(1, "unknown"))] as [(String, [UInt8])])
    func garbage(_ topic: String, _ position: [UInt8]) {
        let now = ContinuousClock.now
        var endpoint = FollowedEndpoint(folder.endpoint("feed"), resuming: [], idleTimeout: nil, now: now)
        var output = FollowingOutput()
        func receive(_ count: Int) {
            Array(topic.utf8).withUnsafeBytes { topic in
                position.withUnsafeBytes { position in
                    let message = LiveMessage(frames: 3, topic: topic, payload: topic, position: position)
                    for _ in 0..<count { _ = endpoint.receive(message, isPaused: false, into: &output) }
                }
            }
        }
        endpoint.begin(now)
        receive(FollowedEndpoint.controlPerSecond + FollowedEndpoint.mostPassedOver - 1)
        #expect(!endpoint.isFlooded)
        receive(1)
        #expect(endpoint.isFlooded)
        endpoint.begin(now)
        #expect(!endpoint.isFlooded)
        receive(FollowedEndpoint.mostPassedOver)
        #expect(endpoint.isFlooded)
        endpoint.begin(now + .seconds(1))
        receive(FollowedEndpoint.controlPerSecond)
        #expect(!endpoint.isFlooded)
    }

    @Test("while a publisher floods, what others publish comes whole")
    func garbageBeside() throws {
        let context = try Context()
        let driven = try HandDriven(folder, stream: "s")
        var flood = try Socket(.extendedPublisher, in: context)
        try flood.bind(folder.endpoint("flood"))
        let follower = try Follower(
            endpoints: ["flood", "feed"].map { folder.endpoint($0) }, from: .beginning, in: FeedContext(keys: nil))
        let wakeup = try Wakeup()
        var received = Received()
        var published = 0
        while received.lines.count < 40_000 {
            for _ in 0..<2000 {
                _ = try flood.send(Array("control".utf8), more: true)
                _ = try flood.send(Array("{".utf8), more: true)
                _ = try flood.send([])
            }
            if published < 40_000 {
                try driven.publish(published + 1...published + 100)
                published += 100
            }
            try driven.publisher.serve(&driven.log)
            var deliveries: [Delivery] = []
            try follower.poll(milliseconds: 1, wakeup: wakeup, into: &deliveries)
            received.take(deliveries)
        }
        #expect(received.lines == (1...40_000).map { "\($0) line \($0)" })
        #expect(received.lost == 0)
    }

    /// A log that counts how often it is read.
    private struct CountedLog: RecordLog {
        var log: MemoryLog
        var reads = 0

        var first: UInt64 { log.first }
        var next: UInt64 { log.next }

        mutating func read(from sequence: UInt64, budget: Int, into bytes: inout [UInt8]) -> Int {
            reads += 1
            return log.read(from: sequence, budget: budget, into: &bytes)
        }
    }

    @Test(
        "of what a client asks and doesn't read, few answers wait, and no more are read; others are answered meanwhile")
    func unread() throws {
        let driven = try HandDriven(folder, stream: "s")
        let record = [UInt8](repeating: 120, count: 900_000)
        var log = CountedLog(log: driven.log)
        log.log.append(record)
        let peer = try RawPeer(folder.endpoint("feed-replay"), kind: "DEALER")
        let question = ReplayRequest.fetch(stream: "s", from: 1, budget: 1 << 30)
        #expect(peer.send(Array(repeatElement(RawPeer.message(question.frames), count: 300).joined())))
        let client = try ReplayClient(
            endpoint: folder.endpoint("feed-replay"), routingID: Array("client".utf8), in: FeedContext(keys: nil))
        // Somebody who comes later is answered, so the 300 are done with as well: requests are taken in turns.
        var answers = 0
        while answers < 300 {
            try driven.publisher.serve(&log)
            if client.asking == nil || client.timeOut() != nil { try client.ask("s", from: 1, fingerprint: nil) }
            if case .batch = try client.receive() { answers += 1 }
        }
        // Few of the 300 were more than looked at.
        #expect(300...310 ~= log.reads)
        // What was kept for the first comes out now, and nothing more behind it.
        var kept = 0
        var isDone = false
        while !isDone {
            #expect(peer.send(RawPeer.message(ReplayRequest.fetch(stream: "other", from: 1, budget: 1).frames)))
            try driven.publisher.serve(&log)
            while peer.hasInput && !isDone {
                let head = try peer.frame()
                var hasMore = head.hasMore
                while hasMore { hasMore = try peer.frame().hasMore }
                if head.bytes == Array("BATCH".utf8) { kept += 1 } else { isDone = true }
            }
        }
        #expect(1...8 ~= kept, "libzmq's two, and what the system's own buffers took")
    }

    @Test("what waits for connections that take each other's name is counted for each of them")
    func oneName() throws {
        let driven = try HandDriven(folder, stream: "s")
        var log = CountedLog(log: driven.log)
        log.log.append([UInt8](repeating: 120, count: 3 << 20))
        let question = RawPeer.message(ReplayRequest.fetch(stream: "s", from: 1, budget: 1 << 30).frames)
        var peers: [RawPeer] = []
        var isNoticed = false
        while !isNoticed && peers.count < 100 {
            let peer = try RawPeer(folder.endpoint("feed-replay"), kind: "DEALER", identity: Array("one".utf8))
            peers.append(peer)
            #expect(peer.send(question))
            let reads = log.reads
            while log.reads == reads {
                try driven.publisher.serve(&log)
                try driven.publisher.wait(milliseconds: min(5, driven.publisher.patience.milliseconds))
            }
            isNoticed = driven.publisher.takeNotices().contains(.unread)
        }
        #expect(10...25 ~= peers.count)
    }

    @Test("requests that are none, too long or of too many frames harm nobody")
    func nonsense() throws {
        let driven = try HandDriven(folder, stream: "s")
        try driven.publish(1...3)
        let peer = try RawPeer(folder.endpoint("feed-replay"), kind: "DEALER")
        for frames in [[[]], Array(repeating: [1], count: 5000), [Array("FETCH".utf8), [0xFF], [1], [2]]] as [[[UInt8]]]
        {
            #expect(peer.send(RawPeer.message(frames)))
        }
        let long = try RawPeer(folder.endpoint("feed-replay"), kind: "DEALER")
        let size = UInt64(FeedSocket.largestRequest + 1)
        _ = long.send([2] + size.bigEndianBytes + [UInt8](repeating: 120, count: Int(size)))
        #expect(throws: RawPeer.Closed.self, "who sends more than a request is disconnected") { try long.frame() }
        let client = try ReplayClient(
            endpoint: folder.endpoint("feed-replay"), routingID: Array("client".utf8), in: FeedContext(keys: nil))
        var answer: ReplayAnswer?
        while answer == nil {
            try driven.publisher.serve(&driven.log)
            if client.asking == nil || client.timeOut() != nil { try client.ask("s", from: 1, fingerprint: nil) }
            answer = try client.receive()
        }
        #expect(answer?.frames.first == Array("BATCH".utf8))
    }
}
