/// Noticing that somebody else is at the other end.
import Testing
import TestSupport
import ZeroMQ

@Suite("Connection monitor", .timeLimit(.minutes(5)))
final class ConnectionMonitorTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test("somebody who listens and says nothing is known as such")
    func silent() throws {
        let endpoint = folder.endpoint("mute")
        let listener = try RawListener(endpoint)
        let context = try Context()
        let subscriber = try Socket(.subscriber, in: context)
        try subscriber.set(.handshakeInterval, 50)
        var monitor = try ConnectionMonitor(of: subscriber, in: context)
        try subscriber.connect(endpoint)
        var events: [ConnectionEvent] = []
        while events.count < 3 {
            if let event = try monitor.next() { events.append(event) } else { _ = try subscriber.text(within: 5) }
        }
        #expect(events.contains(.unanswered) && events.contains(.retried) && !events.contains(.made))
        withExtendedLifetime(listener) {}
    }

    @Test("a connection that is made anew is known of before what comes by it", arguments: Transport.allCases)
    func anew(_ transport: Transport) throws {
        let context = try Context()
        let subscriber = try Socket(.subscriber, in: context)
        var monitor = try ConnectionMonitor(of: subscriber, in: context)
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
            // What libzmq says of the end of the one before comes at its leisure.
            while let event = try monitor.next() { if event == .made { connections += 1 } }
            #expect(connections == round)
        }
    }
}
