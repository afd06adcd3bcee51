/// Sockets that let keys in.
import Access
import TestSupport
import Testing
import ZeroMQ

@testable import Feed

@Suite("Sockets with keys", .timeLimit(.minutes(1)))
struct FeedContextTests {
    private let server: Keyring
    private let client: Keyring

    init() throws {
        let (own, other) = (try CurveKeyPair.make(), try CurveKeyPair.make())
        server = Keyring(
            own: own, clients: [other.publicKey: Keyring.Client(name: "desk", rights: [.read, .resume])])
        client = Keyring(own: other, servers: [Keyring.Server(name: "here", key: own.publicKey)])
    }

    /// What becomes of a connection.
    private func outcome(_ client: Keyring?, isServed: Bool) throws -> ConnectionEvent {
        let context = try FeedContext(keys: server)
        let access = isServed ? try context.accessSocket(for: "tcp://127.0.0.1:*") : nil
        var live = try FeedSocket.live(in: context)
        try live.set(.linger, 0)
        try context.bind(&live, to: "tcp://127.0.0.1:*", as: .live)
        let calling = try FeedContext(keys: client)
        let socket = try FeedSocket.subscriber(largestRecord: 1 << 20, in: calling)
        var monitor = try ConnectionMonitor(of: socket, in: calling.zeroMQ)
        defer { monitor.stop(listeningTo: socket) }
        try calling.connect(socket, to: live.lastEndpoint)
        var poller = Poller()
        access?.watch(in: &poller)
        while true {
            try poller.wait(milliseconds: 1)
            try access?.serve { _ in }
            if let event = try monitor.next(), event != .retried { return event }
        }
    }

    @Test("who has a key gets in")
    func admitted() throws { #expect(try outcome(client, isServed: true) == .made) }

    @Test("nobody gets in where nobody says who may")
    func unserved() throws { #expect(try outcome(client, isServed: false) != .made) }

    @Test("nobody gets in with another key, or without one")
    func strangers() throws {
        let unknown = Keyring(own: try CurveKeyPair.make(), servers: client.servers)
        #expect(try outcome(unknown, isServed: true) != .made)
        #expect(try outcome(nil, isServed: true) != .made)
    }

    @Test("whoever listens with another key isn't believed, nor is anybody where none is known")
    func servers() throws {
        let other = Keyring.Server(name: "there", key: try CurveKeyPair.make().publicKey)
        #expect(try outcome(Keyring(own: client.own, servers: [other]), isServed: true) != .made)
        #expect(try outcome(Keyring(own: client.own), isServed: true) != .made)
    }

    @Test("the file system keeps ipc:// endpoints, and no keys are asked for there")
    func ipc() throws {
        let folder = try TemporaryFolder()
        let context = try FeedContext(keys: server)
        #expect(try context.accessSocket(for: folder.endpoint("in")) == nil)
        #expect(context.rights(at: folder.endpoint("in")) == nil)
        #expect(context.rights(at: "tcp://127.0.0.1:5556") != nil)
    }

    @Test(
        "A subscriber gets the topics that it may have of what it asks for",
        arguments: [
            ([.read, .tokens], "", [""]), ([.read, .tokens], "token/a", ["token/a"]),
            ([.read], "", ["message/", "workspace/", "late/", "rejected", "feedback/", "status", "control"]),
            ([.read], "workspace/a", ["workspace/a"]), ([.read], "w", ["workspace/"]), ([.read], "token/", []),
            ([.read], "t", []), ([.read], "asked/x", []), ([.read], "control", ["control"]),
            ([.read], "c", ["control"]), ([.read], "secret", []),
            ([.tokens], "", ["token/", "asked/", "control"]), ([.tokens], "token/a", ["token/a"]),
            ([.tokens], "workspace/", []), ([.tokens], "message/", []), ([.tokens], "status", []),
            ([.tokens], "control", ["control"]), ([], "", ["control"]), ([], "workspace/", []),
        ] as [(Set<Right>, String, [String])])
    func grants(_ rights: Set<Right>, _ wanted: String, _ topics: [String]) {
        let grant = TopicGrant(rights)
        func texts(_ isWanted: Bool) -> [String] {
            grant.topics(for: Array(wanted.utf8), isWanted: isWanted).map { String(decoding: $0, as: UTF8.self) }
        }
        #expect(texts(true) == topics)
        // Control is taken back by whoever asks for that alone.
        #expect(texts(false) == (wanted.hasPrefix("control") ? topics : topics.filter { $0 != "control" }))
    }

    @Test("Where each subscriber is heard, topics are had until the last one has gone")
    func counted() {
        var subscriptions = Subscriptions(areCounted: true)
        func hear(_ kind: UInt8) {
            _ = ([kind] + Array("token/".utf8)).withUnsafeBytes { subscriptions.apply($0) }
        }
        for (kind, isHad) in [(1, true), (1, true), (0, true), (0, false), (0, false), (1, true)] as [(UInt8, Bool)] {
            hear(kind)
            #expect(subscriptions.contain("token/") == isHad)
        }
    }
}
