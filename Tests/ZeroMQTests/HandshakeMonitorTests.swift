/// Noticing that somebody else is at the other end.
import TestSupport
import Testing
import ZeroMQ

@Suite("Handshake monitor", .timeLimit(.minutes(5)))
final class HandshakeMonitorTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test("a connection that is made anew is known of before what comes by it", arguments: Transport.allCases)
    func anew(_ transport: Transport) throws {
        let context = try Context()
        let subscriber = try Socket(.subscriber, in: context)
        var monitor = try HandshakeMonitor(of: subscriber, in: context)
        try subscriber.subscribe(to: "")
        var endpoint = transport.endpoint(in: folder)
        var connections = 0
        for round in 1...3 {
            // Closed at the end of each round, context and all: a new publisher takes its place.
            var publisher = try Socket(.extendedPublisher, in: Context())
            try publisher.set(.linger, 0)
            try publisher.bind(endpoint)
            endpoint = publisher.lastEndpoint
            if round == 1 { try subscriber.connect(endpoint) }
            // What is sent before the subscription has arrived is gone.
            var received: [String]?
            while received != ["\(round)"] {
                _ = try publisher.send(message: ["\(round)"])
                received = try subscriber.text(within: 20)
            }
            connections += try monitor.newConnections()
            #expect(connections == round)
        }
        let more = try monitor.newConnections()
        #expect(more == 0)
    }
}
