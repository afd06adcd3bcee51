/// What libzmq wants for a message of three frames, sent and received.
import Benchmark
import Feed
import Support
import ZeroMQ

func frames() {
    for endpoint in ["inproc://frames", "ipc://@streamllm-micro-frames"] {
        let lines = Lines.batch(0)
        // Made by the first iteration: a socket belongs to the thread that made it, and all iterations run on one.
        var wire: Wire?
        Benchmark(
            "Frames: three a message, \(endpoint.prefix { $0 != ":" })", configuration: .perMessage
        ) { benchmark in
            if wire == nil { wire = try Wire(endpoint) }
            guard let wire else { return }
            try benchmark.measure {
                try wire.send(lines)
                try wire.receive(lines.count)
            }
        }
    }
}

/// Both ends of a connection.
private final class Wire {
    private let sender: Socket
    private let receiver: Socket
    private var poller = Poller()
    private var frame = Frame()
    private let topic = Topic.make("message/", "session-42-1")
    private let position = Position.frame(1, "3f0c9a52-6d4b-4c1e-9f61-0b7d2a8e5c13")

    /// Connects both ends, and waits until the one has heard of the other.
    init(_ endpoint: String) throws {
        let context = try Context()
        var sender = try Socket(.extendedPublisher, in: context)
        let receiver = try Socket(.subscriber, in: context)
        // A batch is sent as a whole before any of it is received, and a publisher drops what its queue has no room for.
        try sender.set(.sendHighWaterMark, 0)
        try receiver.set(.receiveHighWaterMark, 0)
        try sender.bind(endpoint)
        try receiver.connect(endpoint)
        try receiver.subscribe(to: "")
        var subscriptions = Poller()
        _ = subscriptions.add(sender)
        try subscriptions.wait(milliseconds: 10_000)
        guard try sender.receive(into: &frame) else { throw NothingCame() }
        _ = poller.add(receiver)
        self.sender = sender
        self.receiver = receiver
    }

    func send(_ lines: LineBatch) throws {
        try lines.forEachLine { _, line in
            guard try sender.send(topic, more: true), try sender.send(line, more: true), try sender.send(position)
            else { throw NothingCame() }
        }
    }

    func receive(_ count: Int) throws {
        var received = 0
        while received < count {
            guard try receiver.receive(into: &frame) else {
                try poller.wait(milliseconds: 10_000)
                guard poller.isReady(0) else { throw NothingCame() }
                continue
            }
            if !frame.hasMore { received += 1 }
        }
    }
}

/// What was waited for hasn't come.
struct NothingCame: Error {}
