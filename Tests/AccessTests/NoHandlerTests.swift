/// A context in which nobody says who is let in.
import Access
import Testing
import ZeroMQ

@Suite("A socket with keys whose handler isn't there", .timeLimit(.minutes(1)))
struct NoHandlerTests {
    @Test("lets nobody in; once there is one, who was kept out gets in", arguments: ["never was", "is gone"])
    func closed(_ handler: String) throws {
        let own = try CurveKeyPair.make()
        let server = try Context()
        if handler == "is gone" { _ = try AccessSocket(Keyring(own: own), in: server) }
        var router = try Socket(.router, in: server)
        try router.set(.linger, 0)
        try router.admitKeys(own, domain: AccessPoint.replay.rawValue)
        try router.bind("tcp://127.0.0.1:*")

        let context = try Context()
        let dealer = try Socket(.dealer, in: context)
        try dealer.set(.linger, 0)
        try dealer.useKeys(own, server: own.publicKey)
        var monitor = try ConnectionMonitor(of: dealer, in: context)
        try dealer.connect(router.lastEndpoint)
        let isSent = try dealer.send(Array("hello".utf8), more: false)
        #expect(isSent)
        // It tries again and again.
        var events: [ConnectionEvent] = []
        while events.filter({ $0 == .retried }).count < 3 {
            if let event = try monitor.next() {
                events.append(event)
            } else {
                _ = try wait(for: router, milliseconds: 5)
            }
        }
        #expect(!events.contains(.made))
        let hasCome = try wait(for: router, milliseconds: 0)
        #expect(!hasCome)

        let desk = try AccessSocket(Keyring(own: own), in: server)
        var admitted = 0
        while try !wait(for: router, milliseconds: 5) {
            try desk.serve { verdict in if case .admitted = verdict { admitted += 1 } }
        }
        #expect(admitted > 0)
    }

    private func wait(for socket: borrowing Socket, milliseconds: Int) throws -> Bool {
        var poller = Poller()
        let index = poller.add(socket)
        try poller.wait(milliseconds: milliseconds)
        return poller.isReady(index)
    }
}
