/// A publisher and its followers, on real sockets.
import Testing
import TestSupport
import Threads
import ZeroMQ

@testable import Feed

@Suite("Following", .timeLimit(.minutes(5)))
struct FollowingTests {
    private let folder: TemporaryFolder
    private let wakeup: Wakeup

    init() throws {
        folder = try TemporaryFolder()
        wakeup = try Wakeup()
    }

    private func follower(
        _ start: Start = .beginning, _ names: [String] = ["feed"], idleTimeout: Duration? = nil
    ) throws -> Follower {
        try Follower(
            endpoints: names.map { folder.endpoint($0) }, from: start, idleTimeout: idleTimeout,
            in: FeedContext(keys: nil))
    }

    /// Lets both sides work until the follower has what is expected; the suite's time limit is the end of patience.
    private func run(
        _ publishers: [HandDriven], _ follower: Follower, _ received: inout Received, until isEnough: (Received) -> Bool
    ) throws {
        while !isEnough(received) {
            for driven in publishers { try driven.publisher.serve(&driven.log) }
            var deliveries: [Delivery] = []
            try follower.poll(milliseconds: 5, wakeup: wakeup, into: &deliveries)
            received.take(deliveries)
        }
    }

    private func lines(_ range: ClosedRange<Int>) -> [String] { range.map { "\($0) line \($0)" } }

    @Test("a follower that comes late gets everything, then goes on live")
    func late() throws {
        let driven = try HandDriven(folder, stream: "s")
        try driven.publish(1...1000)
        let follower = try follower()
        var received = Received()
        try run([driven], follower, &received) { $0.lines.count >= 1000 }
        for number in 1001...1100 {
            try driven.publish(number...number)
            try run([driven], follower, &received) { $0.lines.count >= number }
        }
        #expect(received.lines == lines(1...1100))
        #expect(received.lost == 0)
    }

    @Test("a follower that comes first waits for its publisher")
    func early() throws {
        let follower = try follower()
        var received = Received()
        var deliveries: [Delivery] = []
        try follower.poll(milliseconds: 1, wakeup: wakeup, into: &deliveries)
        let driven = try HandDriven(folder, stream: "s")
        try driven.publish(1...3)
        try run([driven], follower, &received) { $0.lines.count >= 3 }
        #expect(received.lines == lines(1...3))
    }

    @Test("publishers on two endpoints that are to be asked at one socket don't get in each other's way there")
    func oneReplaySocket() throws {
        let context = try Context()
        var live = try Socket(.extendedPublisher, in: context)
        var other = try Socket(.extendedPublisher, in: context)
        var router = try Socket(.router, in: context)
        // A name that comes a second time takes the place of the first.
        try router.set(.routerHandover, 1)
        try live.bind(folder.endpoint("feed"))
        try other.bind(folder.endpoint("other"))
        try router.bind(folder.endpoint("replay"))
        let follower = try follower(.beginning, ["feed", "other"])
        func say(_ stream: String, on socket: borrowing Socket) throws {
            let control = Control(stream: stream, first: 1, next: 5, replay: folder.endpoint("replay"))
            guard try socket.send(Array("control".utf8), more: true) else { return }
            _ = try socket.send(control.json, more: true)
            _ = try socket.send([])
        }
        var askers: [[UInt8]: [UInt8]] = [:]
        while askers.count < 2 {
            try say("s", on: live)
            try say("t", on: other)
            var deliveries: [Delivery] = []
            try follower.poll(milliseconds: 5, wakeup: wakeup, into: &deliveries)
            var frame = Frame()
            while try router.receive(into: &frame) {
                var frames = [frame.bytes]
                while frame.hasMore, try router.receive(into: &frame) { frames.append(frame.bytes) }
                askers[frames[2]] = frames[0]
            }
        }
        #expect(Set(askers.values).count == 2)
    }

    @Test("a follower has a name for each endpoint, the same again when it comes back")
    func names() {
        let one = Follower.routingID([1, 2, 3], for: "tcp://127.0.0.1:1")
        #expect(one == Follower.routingID([1, 2, 3], for: "tcp://127.0.0.1:1"))
        #expect(one != Follower.routingID([1, 2, 3], for: "tcp://127.0.0.1:2"))
        #expect(one != Follower.routingID([1, 2, 4], for: "tcp://127.0.0.1:1"))
        #expect(one[0] != 0 && one.count < 256)
    }

    @Test("what a slow follower wasn't sent, it fetches")
    func slow() throws {
        let driven = try HandDriven(folder, stream: "s")
        let follower = try follower()
        var received = Received()
        try driven.publish(1...1)
        try run([driven], follower, &received) { $0.lines.count == 1 }
        // Far more than both queues take while the follower doesn't look.
        try driven.publish(2...30_000)
        try run([driven], follower, &received) { $0.lines.count >= 30_000 }
        #expect(received.lines == lines(1...30_000))
        #expect(received.lost == 0)
    }

    @Test("large records for which there is no room aren't lost, whether others follow or not")
    func large() throws {
        let size = 8 << 20
        let count = LiveBudget.limit / size + 2
        let driven = try HandDriven(folder, stream: "s")
        try driven.publish(1...1)
        let follower = try follower()
        var received = Received()
        try run([driven], follower, &received) { $0.lines.count == 1 }
        try driven.publish(2...count, size: size)
        try run([driven], follower, &received) { $0.lines.count >= count }
        #expect(received.lines.map { $0.prefix { $0 != "x" } } == lines(1...count).map { $0[...] })
        #expect(received.lines.dropFirst().allSatisfy { $0.utf8.count >= size })
        #expect(received.lost == 0)
    }

    @Test("what the publisher no longer has is lost, and counted")
    func gone() throws {
        let driven = try HandDriven(folder, stream: "s", kept: 1000)
        try driven.publish(1...10_000)
        let follower = try follower()
        var received = Received()
        let kept = driven.log.next - driven.log.first
        try run([driven], follower, &received) { $0.lines.count >= Int(kept) }
        #expect(received.lost == 10_000 - kept)
        #expect(received.lines == lines(Int(driven.log.first)...10_000))
    }

    @Test("the end is reported after everything before it, and an acknowledgement releases the publisher")
    func end() throws {
        let driven = try HandDriven(folder, stream: "s")
        try driven.publish(1...50)
        driven.publisher.end()
        let follower = try follower()
        var received = Received()
        try run([driven], follower, &received) { !$0.ended.isEmpty }
        #expect(received.lines == lines(1...50))
        #expect(received.ended == ["s"])
        #expect(follower.hasEnded)
        #expect(!driven.publisher.isReleased)
        try follower.acknowledgeEnd(of: "s")
        while !driven.publisher.isReleased { try driven.publisher.serve(&driven.log) }
    }

    @Test("time holds only after everything before it, and the end of everything is passed on")
    func time() throws {
        let driven = try HandDriven(folder, stream: "s")
        driven.publisher.eventTime = 42
        driven.publisher.complete = true
        try driven.publish(1...10)
        let follower = try follower()
        var received = Received()
        try run([driven], follower, &received) { received in
            #expect(received.times.isEmpty || received.lines.count == 10)
            return !received.times.isEmpty
        }
        #expect(received.times.first == 42)
        #expect(received.isComplete)
    }

    @Test("a publisher of which nothing is heard is reported, and again after it has come back")
    func idle() throws {
        let driven = try HandDriven(folder, stream: "s")
        try driven.publish(1...3)
        let follower = try follower(idleTimeout: .milliseconds(50))
        var received = Received()
        try run([driven], follower, &received) { $0.lines.count == 3 }
        // Not served any more, the publisher says nothing.
        try run([], follower, &received) { $0.idle.count == 1 }
        try driven.publish(4...4)
        try run([driven], follower, &received) { $0.lines.count == 4 }
        try run([], follower, &received) { $0.idle.count == 2 }
        #expect(received.idle == ["s", "s"])
        #expect(received.lines == lines(1...4))
    }

    @Test("a follower may begin with the last so many, or with all where there are fewer", arguments: [3, 10, 99])
    func last(_ count: UInt64) throws {
        let driven = try HandDriven(folder, stream: "s")
        // Before anybody listens: what comes live is taken, too.
        try driven.publish(1...10)
        let follower = try follower(.last(count))
        var received = Received()
        try run([driven], follower, &received) { $0.lines.count >= min(10, Int(count)) }
        #expect(received.lines == lines(max(1, 11 - Int(count))...10))
        #expect(follower.lag == 0)
    }

    @Test("a follower may begin with what comes now, or at a number")
    func starts() throws {
        let driven = try HandDriven(folder, stream: "s")
        try driven.publish(1...10)
        let (now, fifth) = (try follower(.now), try follower(.sequence(5)))
        var (fromNow, fromFifth) = (Received(), Received())
        try run([driven], now, &fromNow) { _ in driven.publisher.hasClients }
        try driven.publish(11...12)
        try run([driven], now, &fromNow) { $0.lines.count >= 2 }
        try run([driven], fifth, &fromFifth) { $0.lines.count >= 8 }
        #expect(fromNow.lines == lines(11...12))
        #expect(fromFifth.lines == lines(5...12))
    }

    @Test("a publisher that comes back with another stream ends the one before")
    func replaced() throws {
        let follower = try follower()
        var received = Received()
        func first() throws {
            let driven = try HandDriven(folder, stream: "one")
            try driven.publish(1...5)
            try run([driven], follower, &received) { $0.lines.count >= 5 }
        }
        try first()
        let driven = try HandDriven(folder, stream: "two")
        try driven.publish(1...3)
        try run([driven], follower, &received) { $0.lines.count >= 8 && !$0.vanished.isEmpty }
        #expect(received.lines == lines(1...5) + lines(1...3))
        #expect(received.vanished == ["one"])
        #expect(received.ended.isEmpty)
    }

    @Test("a publisher that comes back with the same stream goes on where the follower is")
    func returned() throws {
        let follower = try follower()
        var received = Received()
        func first() throws {
            let driven = try HandDriven(folder, stream: "same")
            try driven.publish(1...5)
            try run([driven], follower, &received) { $0.lines.count >= 5 }
        }
        try first()
        let driven = try HandDriven(folder, stream: "same")
        try driven.publish(1...9)
        try run([driven], follower, &received) { $0.lines.count >= 9 }
        #expect(received.lines == lines(1...9))
    }

    @Test("another stream under the same name is refused, and the right one goes on where it was")
    func otherStream() throws {
        let follower = try follower()
        var received = Received()
        func publish(_ fingerprint: String, upTo last: Int, until isEnough: (Received) -> Bool) throws {
            let driven = try HandDriven(folder, stream: "same", fingerprint: fingerprint)
            try driven.publish(1...last)
            try run([driven], follower, &received, until: isEnough)
        }
        try publish("own", upTo: 5) { $0.lines.count >= 5 }
        try publish("other", upTo: 20) { !$0.refused.isEmpty }
        try publish("own", upTo: 9) { $0.lines.count >= 9 }
        #expect(received.lines == lines(1...9))
        #expect(received.refused == ["same: its first record isn't what it was"])
        #expect(received.lost == 0)
    }

    @Test("a stream that has become shorter is refused")
    func shorter() throws {
        let follower = try follower()
        var received = Received()
        func publish(_ last: Int, until isEnough: (Received) -> Bool) throws {
            let driven = try HandDriven(folder, stream: "same", fingerprint: "own")
            try driven.publish(1...last)
            if last < 5 { driven.publisher.end() }
            try run([driven], follower, &received, until: isEnough)
        }
        try publish(5) { $0.lines.count >= 5 }
        try publish(3) { !$0.refused.isEmpty }
        #expect(received.lines == lines(1...5))
        #expect(received.refused == ["same: it has ended with record 3, and 5 were there before"])
        #expect(!follower.hasEnded)
    }

    @Test(
        "a publisher says of which stream of that name it is, when asked",
        arguments: [(nil, "BATCH"), ("own", "BATCH"), ("other", "OTHER")] as [(String?, String)])
    func asked(_ fingerprint: String?, _ expected: String) throws {
        let driven = try HandDriven(folder, stream: "s", fingerprint: "own")
        try driven.publish(1...3)
        let client = try ReplayClient(
            endpoint: folder.endpoint("feed-replay"), routingID: Array("client".utf8), in: FeedContext(keys: nil))
        var answer: ReplayAnswer?
        while answer == nil {
            if client.asking == nil || client.timeOut() != nil {
                try client.ask("s", from: 1, fingerprint: fingerprint)
            }
            try driven.publisher.serve(&driven.log)
            answer = try client.receive()
        }
        #expect(answer?.frames.first == Array(expected.utf8))
    }

    @Test("two endpoints have their own streams")
    func twoEndpoints() throws {
        let one = try HandDriven(folder, stream: "one", name: "a")
        let two = try HandDriven(folder, stream: "two", name: "b")
        let follower = try follower(.beginning, ["a", "b"])
        try one.publish(1...20)
        try two.publish(1...30)
        one.publisher.end()
        var received = Received()
        try run([one, two], follower, &received) { $0.lines.count >= 50 && !$0.ended.isEmpty }
        #expect(!follower.hasEnded)
        two.publisher.end()
        try run([one, two], follower, &received) { $0.ended.count == 2 }
        #expect(follower.hasEnded)
    }

    @Test("a stranger's messages are numbered as they arrive, and line feeds in them become spaces")
    func foreign() throws {
        let stranger = try Stranger(folder.endpoint("feed"))
        let follower = try follower()
        var received = Received()
        // A stranger can't replay: what it sends before the subscription has arrived is gone.
        while received.foreign.isEmpty {
            try stranger.send([Array("{\"a\":\n1}".utf8)])
            var deliveries: [Delivery] = []
            try follower.poll(milliseconds: 5, wakeup: wakeup, into: &deliveries)
            received.take(deliveries)
        }
        let before = received.lines.count
        try stranger.send([Array("topic".utf8), Array("two".utf8)])
        while received.lines.last?.hasSuffix("two") != true {
            var deliveries: [Delivery] = []
            try follower.poll(milliseconds: 5, wakeup: wakeup, into: &deliveries)
            received.take(deliveries)
        }
        #expect(received.lines.first == "1 {\"a\": 1}")
        #expect(received.lines.count > before)
        #expect(received.lines.enumerated().allSatisfy { $1.hasPrefix("\($0 + 1) ") })
        #expect(received.foreign == [folder.endpoint("feed")])
    }
}
