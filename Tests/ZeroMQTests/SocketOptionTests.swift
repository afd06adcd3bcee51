/// Socket options.
import Testing
import ZeroMQ

@Suite("Socket options", .timeLimit(.minutes(5)))
struct SocketOptionTests {
    @Test(
        "Each option can be set on the sockets it is for",
        arguments: [
            (.linger, 0), (.linger, -1), (.linger, 1000), (.sendHighWaterMark, 0), (.sendHighWaterMark, 100_000),
            (.receiveHighWaterMark, 0), (.receiveHighWaterMark, 100_000), (.reconnectInterval, 100),
            (.reconnectInterval, -1),
            (.heartbeatInterval, 5000), (.heartbeatInterval, 0), (.heartbeatTimeout, 15_000), (.heartbeatTimeout, 0),
            (.maximumMessageSize, -1), (.maximumMessageSize, 64 << 20), (.maximumMessageSize, 5 << 32), (.immediate, 0),
            (.immediate, 1), (.ipv6, 0), (.ipv6, 1), (.tcpKeepalive, 1), (.tcpKeepaliveIdle, 10),
            (.tcpKeepaliveInterval, 5), (.tcpKeepaliveCount, 3), (.tcpUserTimeout, 30_000),
        ] as [(IntegerOption, Int)])
    func settable(_ option: IntegerOption, _ value: Int) throws {
        let context = try Context()
        for kind in [SocketKind.publisher, .subscriber, .dealer, .router, .extendedPublisher] {
            let socket = try Socket(kind, in: context)
            try socket.set(option, value)
        }
    }

    @Test("Options of one kind of socket are taken by it and refused by others")
    func particular() throws {
        let context = try Context()
        try Socket(.extendedPublisher, in: context).set(.verboseSubscriptions, 1)
        try Socket(.router, in: context).set(.routerHandover, 1)
        try Socket(.router, in: context).set(.routerMandatory, 1)
        #expect(throws: ZMQError.self) { try Socket(.subscriber, in: context).set(.verboseSubscriptions, 1) }
        #expect(throws: ZMQError.self) { try Socket(.dealer, in: context).set(.routerHandover, 1) }
        #expect(throws: ZMQError.self) { try Socket(.publisher, in: context).subscribe(to: "x") }
    }

    @Test(
        "A value that makes no sense is refused",
        arguments: [
            (.linger, -2), (.sendHighWaterMark, -1), (.receiveHighWaterMark, -1), (.heartbeatTimeout, -1),
            (.immediate, 2),
        ]
            as [(IntegerOption, Int)])
    func senseless(_ option: IntegerOption, _ value: Int) throws {
        let context = try Context()
        let error = #expect(throws: ZMQError.self) { try Socket(.dealer, in: context).set(option, value) }
        #expect(error?.call == "zmq_setsockopt")
        #expect(error?.isMalformedEndpoint == true, "the code is EINVAL")
    }

    @Test("A routing id has 1 to 255 bytes", arguments: [(0, false), (1, true), (255, true), (256, false)])
    func routingID(_ count: Int, _ isTaken: Bool) throws {
        let context = try Context()
        let id = [UInt8](repeating: 7, count: count)
        if isTaken {
            try Socket(.dealer, in: context).setRoutingID(id)
        } else {
            #expect(throws: ZMQError.self) { try Socket(.dealer, in: context).setRoutingID(id) }
        }
    }

    @Test("A message over the limit doesn't come through; those within it do")
    func maximumMessageSize() throws {
        let context = try Context()
        var receiver = try Socket(.dealer, in: context)
        try receiver.set(.maximumMessageSize, 100)
        try receiver.bind("tcp://127.0.0.1:*")
        let sender = try Socket(.dealer, in: context)
        try sender.set(.linger, 0)
        try sender.set(.reconnectInterval, 1)
        try sender.connect(receiver.lastEndpoint)
        let sentLarge = try sender.send([UInt8](repeating: 7, count: 101))
        #expect(sentLarge)
        // The large one cuts the connection, and with it goes what was on the way: the small one is sent until it arrives.
        var received: [[UInt8]]?
        for _ in 0..<2000 where received == nil {
            _ = try sender.send([UInt8](repeating: 8, count: 100))
            received = try receiver.message(within: 10)
        }
        #expect(received == [[UInt8](repeating: 8, count: 100)])
    }
}
