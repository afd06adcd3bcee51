/// Where sockets can listen, and what is said where they can't.
import Foundation
import Testing
import TestSupport
import ZeroMQ

@Suite("Endpoints", .timeLimit(.minutes(5)))
final class EndpointTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test("The port that the system chose for a wildcard can be asked for")
    func wildcard() throws {
        let context = try Context()
        var socket = try Socket(.publisher, in: context)
        #expect(socket.lastEndpoint == "")
        try socket.bind("tcp://127.0.0.1:*")
        let endpoint = socket.lastEndpoint
        let port = try #require(UInt16(endpoint.replacing("tcp://127.0.0.1:", with: "")))
        #expect(port > 0)
        var other = try Socket(.publisher, in: context)
        try other.bind("tcp://127.0.0.1:*")
        #expect(other.lastEndpoint != endpoint)
    }

    @Test("An endpoint that is in use is refused, and named", arguments: Transport.allCases)
    func inUse(_ transport: Transport) throws {
        var first = try Socket(.publisher, in: Context())
        try first.bind(transport.endpoint(in: folder))
        let endpoint = first.lastEndpoint
        // In the same context, in another one, and by another kind of socket.
        for kind in [SocketKind.publisher, .router] {
            var second = try Socket(kind, in: Context())
            let refusal = second.refusal(ofBinding: endpoint)
            let error = try #require(refusal)
            #expect(error.isAddressInUse)
            #expect(error.isUnavailable)
            #expect(!error.isMalformedEndpoint)
            #expect(error.endpoint == endpoint)
            #expect(error.call == "zmq_bind")
            #expect(error.description == "zmq_bind \(endpoint): Address already in use")
        }
    }

    @Test(
        "An address may be of either kind, and is named as it was written",
        arguments: ["tcp://127.0.0.1", "tcp://[::1]"])
    func addressKinds(_ address: String) throws {
        let context = try Context()
        // One socket for both kinds, one after the other: what was set for the first doesn't stick.
        var server = try Socket(.dealer, in: context)
        try server.bind(address.contains("[") ? "tcp://127.0.0.1:*" : "tcp://[::1]:*")
        try server.bind(address + ":*")
        #expect(server.lastEndpoint.hasPrefix(address + ":"))
        let client = try Socket(.dealer, in: context)
        try client.connect(server.lastEndpoint)
        let sent = try client.send(message: ["hello"])
        #expect(sent)
        let received = try server.text()
        #expect(received == ["hello"])
    }

    @Test("A refused socket leaves the first one working, and can listen elsewhere", arguments: Transport.allCases)
    func stillWorks(_ transport: Transport) throws {
        let context = try Context()
        var first = try Socket(.dealer, in: context)
        try first.bind(transport.endpoint(in: folder))
        let endpoint = first.lastEndpoint
        var second = try Socket(.dealer, in: context)
        #expect(second.refusal(ofBinding: endpoint)?.isAddressInUse == true)
        try second.bind(folder.endpoint("elsewhere"))
        let client = try Socket(.dealer, in: context)
        try client.connect(endpoint)
        let sent = try client.send(message: ["hello"])
        #expect(sent)
        let received = try first.text()
        #expect(received == ["hello"])
    }

    @Test("When its socket and context are gone, an endpoint is free again, and works", arguments: Transport.allCases)
    func freeAgain(_ transport: Transport) throws {
        var endpoint = transport.endpoint(in: folder)
        for round in 1...5 {
            endpoint = try listen(on: endpoint, saying: "round \(round)")
        }
    }

    /// Binds, passes one message, and closes everything.
    private func listen(on endpoint: String, saying text: String) throws -> String {
        let context = try Context()
        var server = try Socket(.dealer, in: context)
        try server.bind(endpoint)
        let client = try Socket(.dealer, in: context)
        try client.connect(server.lastEndpoint)
        let sent = try client.send(message: [text])
        #expect(sent)
        let received = try server.text()
        #expect(received == [text])
        return server.lastEndpoint
    }

    /// A socket on which some other program listens, with no lock beside it.
    ///
    /// - Returns: its descriptor.
    private func stranger(_ name: String) throws -> Int32 {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: folder.file(name).utf8) }
        let isBound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
            }
        }
        try #require(isBound && Glibc.listen(descriptor, 1) == 0)
        return descriptor
    }

    @Test("A socket that a killed program left behind keeps nobody out")
    func leftBehind() throws {
        // What is left of a bound socket, and of its lock, when the kernel has closed them.
        close(try stranger("socket"))
        _ = try folder.write("socket.lock", "")
        let endpoint = try listen(on: folder.endpoint("socket"), saying: "hello")
        #expect(endpoint == folder.endpoint("socket"))
    }

    @Test("A socket on which somebody listens who takes no lock is left to them")
    func withoutLock() throws {
        let descriptor = try stranger("socket")
        var socket = try Socket(.publisher, in: Context())
        // One more than its queue has room for.
        for _ in 1...4 { #expect(socket.refusal(ofBinding: folder.endpoint("socket"))?.isAddressInUse == true) }
        close(descriptor)
        #expect(socket.refusal(ofBinding: folder.endpoint("socket")) == nil)
    }

    @Test("What isn't a socket is left as it is, and nothing is put beside it", arguments: ["file", "folder", "link"])
    func noSocket(_ kind: String) throws {
        let file = try folder.write("file", "do not delete")
        try FileManager.default.createDirectory(atPath: folder.file("folder"), withIntermediateDirectories: false)
        try #require(symlink(file, folder.file("link")) == 0)
        var socket = try Socket(.publisher, in: Context())
        let refusal = socket.refusal(ofBinding: folder.endpoint(kind))
        #expect(refusal?.isNoSocket == true && refusal?.isUnavailable == true)
        #expect(refusal?.endpoint == folder.endpoint(kind))
        #expect(try String(contentsOfFile: file, encoding: .utf8) == "do not delete")
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        #expect(names == ["file", "folder", "link"])
    }

    @Test("A socket whose file was removed listens there once more, and who was connected stays so")
    func removedFile() throws {
        let context = try Context()
        let endpoint = folder.endpoint("socket")
        var publisher = try Socket(.extendedPublisher, in: context)
        try publisher.bind(endpoint)
        #expect(try !publisher.bindAgainIfRemoved(endpoint))
        var subscribers: [Kept] = []
        for round in 0..<3 {
            let subscriber = try Socket(.subscriber, in: context)
            try subscriber.subscribe(to: "")
            try subscriber.connect(endpoint)
            subscribers.append(Kept(subscriber))
            var received: [String]?
            while received != ["\(round)"] {
                _ = try publisher.send(message: ["\(round)"])
                received = try subscribers[round].socket.text(within: 20)
            }
            for earlier in subscribers.indices.dropLast() {
                received = nil
                while received != ["\(round)"] { received = try subscribers[earlier].socket.text(within: 1000) }
            }
            try #require(unlink(folder.file("socket")) == 0)
            #expect(try publisher.bindAgainIfRemoved(endpoint))
            #expect(try !publisher.bindAgainIfRemoved(endpoint))
            var status = stat()
            #expect(stat(folder.file("socket"), &status) == 0 && status.st_mode & 0o777 == 0o700)
        }
        #expect(try !publisher.bindAgainIfRemoved("tcp://127.0.0.1:5555"))
    }

    @Test("A lock that somebody has made a link is not followed")
    func linkedLock() throws {
        for target in [try folder.write("precious", "keep"), folder.file("not there")] {
            unlink(folder.file("socket.lock"))
            try #require(symlink(target, folder.file("socket.lock")) == 0)
            var socket = try Socket(.publisher, in: Context())
            let refusal = socket.refusal(ofBinding: folder.endpoint("socket"))
            #expect(refusal?.isLinkedLock == true && refusal?.isUnavailable == true)
        }
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == ["precious", "socket.lock"])
    }

    @Test("A lock that another program holds keeps this one out")
    func otherProgram() throws {
        // A second open file is to flock(2) what a second program is.
        let descriptor = open(folder.file("socket.lock"), O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        try #require(descriptor >= 0)
        try #require(flock(descriptor, LOCK_EX | LOCK_NB) == 0)
        var socket = try Socket(.publisher, in: Context())
        #expect(socket.refusal(ofBinding: folder.endpoint("socket"))?.isAddressInUse == true)
        close(descriptor)
        #expect(socket.refusal(ofBinding: folder.endpoint("socket")) == nil)
    }

    @Test(
        "What isn't written as an endpoint is refused as malformed, and named",
        arguments: [
            "", "nonsense", "localhost:5556", "127.0.0.1:5556", "tcp://", "tcp://127.0.0.1", "tcp://127.0.0.1:",
            "tcp://127.0.0.1:port",
            "tcp:127.0.0.1:5556", "http://127.0.0.1:5556", "bogus://x", "://x",
        ])
    func malformed(_ endpoint: String) throws {
        let context = try Context()
        var binding = try Socket(.publisher, in: context)
        let bindRefusal = binding.refusal(ofBinding: endpoint)
        let bindError = try #require(bindRefusal)
        #expect(bindError.isMalformedEndpoint, "\(bindError)")
        #expect(!bindError.isAddressInUse)
        #expect(bindError.endpoint == endpoint)
        #expect(bindError.call == "zmq_bind")
        let connecting = try Socket(.subscriber, in: context)
        let connectRefusal = connecting.refusal(ofConnecting: endpoint)
        let connectError = try #require(connectRefusal)
        #expect(connectError.isMalformedEndpoint, "\(connectError)")
        #expect(connectError.endpoint == endpoint)
        #expect(connectError.call == "zmq_connect")
    }

    @Test(
        "A transport that doesn't fit the socket is refused as malformed",
        arguments: ["pgm://127.0.0.1:5555", "norm://127.0.0.1:5555"])
    func unfitTransport(_ endpoint: String) throws {
        var router = try Socket(.router, in: Context())
        let refusal = router.refusal(ofBinding: endpoint)
        let error = try #require(refusal)
        #expect(error.isMalformedEndpoint, "\(error)")
    }

    @Test("A folder that isn't there, or a path that is too long, makes an endpoint unavailable, and says which")
    func unusable() throws {
        let paths = [folder.endpoint("no-such-folder/socket"), folder.endpoint(String(repeating: "x", count: 200))]
        for endpoint in paths {
            var socket = try Socket(.publisher, in: Context())
            let refusal = socket.refusal(ofBinding: endpoint)
            let error = try #require(refusal)
            #expect(error.isUnavailable, "\(error)")
            #expect(!error.isAddressInUse)
            #expect(error.endpoint == endpoint)
        }
    }

    @Test(
        "An address that this machine doesn't have is unavailable",
        arguments: ["tcp://192.0.2.1:5556", "tcp://no-such-interface:5556"])
    func foreignAddress(_ endpoint: String) throws {
        var socket = try Socket(.publisher, in: Context())
        let refusal = socket.refusal(ofBinding: endpoint)
        let error = try #require(refusal)
        #expect(error.isUnavailable, "\(error)")
        #expect(error.endpoint == endpoint)
    }
}

/// A socket among others.
private final class Kept {
    let socket: Socket

    init(_ socket: consuming Socket) { self.socket = socket }
}
