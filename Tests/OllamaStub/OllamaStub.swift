/// A server that speaks Ollama's protocol, and OpenAI's as Ollama does, and does what a test wants.
import NIOCore
import NIOHTTP1
import NIOPosix
import TestSupport

/// An Ollama server inside the test's own process, on the loopback address. It can be killed and can come back.
public final class OllamaStub: Sendable {
    /// The port it listens on.
    public let port: Int
    private let listener: any Channel
    private let connections: StubConnections
    private let site: StubSite

    /// Starts a stub.
    ///
    /// - Parameter port: 0 for one that nobody uses; see ``withHeldPort(_:)`` for one that can be used again.
    /// - Throws: when the port is taken.
    public static func start(_ behaviour: Behaviour = Behaviour(), port: Int = 0) async throws -> OllamaStub {
        let site = StubSite(behaviour)
        let connections = StubConnections()
        let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            // A port whose last connections are still winding up can be taken again at once.
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                connections.add(channel)
                return channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(StubHandler(site))
                }
            }
            .bind(host: "127.0.0.1", port: port)
            .get()
        return OllamaStub(listener, connections, site)
    }

    private init(_ listener: any Channel, _ connections: StubConnections, _ site: StubSite) {
        self.listener = listener
        self.connections = connections
        self.site = site
        // A listener that is bound has an address.
        port = listener.localAddress?.port ?? 0
    }

    /// What `OLLAMA_BASE_URL` would be.
    public var baseURL: String { "http://127.0.0.1:\(port)" }

    /// Changes what the stub does, from the next request on.
    public func become(_ behaviour: Behaviour) { site.become(behaviour) }

    /// Every request, in the order of arrival.
    public var requests: Recorded<StubRequest> { site.requests }

    /// The chats among them, to `/api/chat` and to `/v1/chat/completions`.
    public var chats: Recorded<StubRequest> { site.chats }

    /// Requests whose answers were cut off, because the client hung up or the stub was stopped.
    public var abandoned: Recorded<StubRequest> { site.abandoned }

    /// Closes the listener and all connections at once, as a process does that dies. Does nothing the second time.
    public func stop() async throws {
        guard let open = connections.shut() else { return }
        try await listener.close()
        for channel in open { channel.close(promise: nil) }
        for channel in open { try? await channel.closeFuture.get() }
    }
}
