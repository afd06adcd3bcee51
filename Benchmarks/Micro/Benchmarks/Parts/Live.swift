/// The live path: published, received, told in order by the cursor, packed into batches.
import Benchmark
import Bytes
import Feed
import Support
import Threads
import ZeroMQ

func live() {
    var cursor = Cursor(next: 1)
    cursor.receive(control: 1, ended: false)
    _ = cursor.question()
    cursor.receiveNothing(next: 1)
    Benchmark("Live: the cursor alone", configuration: .perMessage) { benchmark in
        let next = cursor.next
        let taken = benchmark.measure {
            var taken = 0
            for sequence in next..<next + UInt64(Lines.count) where cursor.receive(live: sequence) == .accept {
                taken += 1
            }
            return taken
        }
        guard taken == Lines.count else { throw NothingCame() }
    }

    for transport in ["inproc://", "ipc://@streamllm-micro-"] {
        let lines = Lines.batch(0)
        var feed: LivePath?
        Benchmark(
            "Live: published and followed, \(transport.prefix { $0 != ":" })", configuration: .perMessage
        ) { benchmark in
            if feed == nil { feed = try LivePath(transport) }
            guard let feed else { return }
            try benchmark.measure { try feed.carry(lines) }
        }
    }
}

/// A publisher and its follower, driven by one thread.
private final class LivePath {
    /// Records under way at a time. libzmq's queues hold a thousand, and a publisher hears what has been taken out of them when
    /// it serves: what it had no room for would come by replay.
    private static let portion = 250

    private let publisher: Publisher
    private let follower: Follower
    private let wakeup: Wakeup
    private var log = MemoryLog(countLimit: 20_000, byteLimit: 16 << 20)
    private var deliveries: [Delivery] = []
    private let topic = Topic.make("message/", "session-42-1")

    init(_ transport: String) throws {
        let context = try Context()
        wakeup = try Wakeup()
        publisher = try Publisher(
            endpoint: transport + "live", replayEndpoint: transport + "replay", stream: "micro",
            linger: Linger(patience: .seconds(1)), in: context)
        follower = try Follower(endpoints: [publisher.endpoint], from: .beginning, in: context)
        // Until the follower has asked for what it missed, and been told that there is nothing, it isn't live.
        for _ in 0..<200 { try turn(milliseconds: 5) }
    }

    /// Publishes and keeps the lines, and takes them as a follower does.
    func carry(_ lines: LineBatch) throws {
        var (sent, taken) = (0, 0)
        try lines.forEachLine { _, line in
            try topic.withUnsafeBytes { try publisher.publish(topic: $0, payload: line, sequence: log.next) }
            log.append(LineBlock(first: log.next, ends: [line.count + 1], bytes: SharedBytes(line)))
            sent += 1
            if sent % Self.portion == 0 { try take(&taken, upTo: sent) }
        }
    }

    private func take(_ taken: inout Int, upTo sent: Int) throws {
        let deadline = ContinuousClock.now + .seconds(10)
        while taken < sent {
            guard ContinuousClock.now < deadline else { throw NothingCame() }
            try turn(milliseconds: 10)
            for delivery in deliveries { if case .records(let batch) = delivery { taken += batch.count } }
        }
    }

    /// Each does what it has to do; the follower waits for at most so long.
    private func turn(milliseconds: Int) throws {
        try publisher.serve(&log)
        deliveries.removeAll(keepingCapacity: true)
        try follower.poll(milliseconds: milliseconds, wakeup: wakeup, into: &deliveries)
    }
}
