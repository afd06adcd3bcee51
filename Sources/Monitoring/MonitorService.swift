/// The small server that metrics are read from.
import Common
import Glibc
import Logging
import NIOCore
import NIOHTTP1
import NIOPosix
import ServiceLifecycle
import Synchronization
import ZeroMQ

/// Answers `/metrics`, `/livez` and `/readyz`. It runs on threads of its own and asks the others for nothing but a look at their
/// counts, so that whoever scrapes slowly, or all day, keeps nobody.
package struct MonitorService: Service {
    /// Connections at a time. A scraper has one.
    private static let mostConnections = 32
    /// A connection on which nothing is asked, or nothing taken, is closed.
    private static let patience = TimeAmount.seconds(60)

    private typealias Connection = NIOAsyncChannel<HTTPServerRequestPart, HTTPServerResponsePart>

    private let address: ListenAddress
    private let page: MonitorPage
    private let logger: Logger

    package init(_ address: ListenAddress, _ page: MonitorPage, logger: Logger) {
        self.address = address
        self.page = page
        self.logger = logger
    }

    package func run() async throws {
        let server = try await bind()
        logger.info("Metrics on \(address)")
        if !address.isLocal {
            logger.warning("Others can get to \(address): whoever does reads the metrics, and which servers are asked")
        }
        try? await cancelWhenGracefulShutdown { try await serve(server) }
        try? await gracefulShutdown()
    }

    private func bind() async throws -> NIOAsyncChannel<Connection, Never> {
        let bootstrap = ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
        do {
            switch address {
            case .port(let host, let port):
                return try await bootstrap.bind(host: host, port: port, childChannelInitializer: Self.prepare)
            case .unix(let path):
                // A socket of a program that runs isn't taken from it; one that was left is.
                try IPCPath.check("ipc://\(path)")
                return try await bootstrap.bind(
                    unixDomainSocketPath: path, cleanupExistingSocketFile: true, childChannelInitializer: Self.prepare)
            }
        } catch let error as IOError {
            throw ExitStatus.unavailable(
                error.errnoCode == EADDRINUSE
                    ? "Address in use: \(address). Another program listens there; stop it or choose another with --monitor."
                    : "Address can't be used: \(address): \(String(cString: strerror(error.errnoCode))).")
        }
    }

    private static func prepare(_ channel: any Channel) -> EventLoopFuture<Connection> {
        channel.eventLoop.makeCompletedFuture {
            try channel.pipeline.syncOperations.addHandler(
                IdleStateHandler(readTimeout: patience, writeTimeout: patience))
            try channel.pipeline.syncOperations.addHandler(CloseOnTimeout())
            try channel.pipeline.syncOperations.configureHTTPServerPipeline(withErrorHandling: true)
            return try Connection(wrappingChannelSynchronously: channel)
        }
    }

    private func serve(_ server: NIOAsyncChannel<Connection, Never>) async throws {
        try await server.executeThenClose { connections in
            await withDiscardingTaskGroup { group in
                let open = Counter()
                do {
                    for try await connection in connections {
                        guard open.enter(atMost: Self.mostConnections) else {
                            connection.channel.close(promise: nil)
                            continue
                        }
                        group.addTask {
                            // What is wrong with one connection is its own affair.
                            try? await answer(connection)
                            open.leave()
                        }
                    }
                } catch {
                    // The listening socket has gone, and comes back with the program.
                    logger.error("Metrics aren't served any more: \(plainError(error))")
                }
                group.cancelAll()
            }
        }
    }

    private func answer(_ connection: Connection) async throws {
        try await connection.executeThenClose { parts, writer in
            var head: HTTPRequestHead?
            for try await part in parts {
                switch part {
                case .head(let request): head = request
                // Nothing that is asked has a body; one that comes is passed over.
                case .body: break
                case .end:
                    guard let request = head else { return }
                    try await write(
                        await page.reply(to: request.method.rawValue, path(of: request)), to: request, writer)
                    if !request.isKeepAlive { return }
                }
            }
        }
    }

    private func path(of request: HTTPRequestHead) -> String {
        String(request.uri.prefix { $0 != "?" })
    }

    private func write(
        _ reply: MonitorPage.Reply, to request: HTTPRequestHead,
        _ writer: NIOAsyncChannelOutboundWriter<HTTPServerResponsePart>
    ) async throws {
        let headers: HTTPHeaders = [
            "content-type": reply.type, "content-length": "\(reply.body.utf8.count)", "cache-control": "no-store",
            "x-content-type-options": "nosniff",
        ]
        try await writer.write(
            .head(
                HTTPResponseHead(
                    version: request.version, status: HTTPResponseStatus(statusCode: reply.status), headers: headers)))
        if request.method != .HEAD { try await writer.write(.body(.byteBuffer(ByteBuffer(string: reply.body)))) }
        try await writer.write(.end(nil))
    }
}

/// Closes a connection on which nothing has happened for too long.
private final class CloseOnTimeout: ChannelInboundHandler {
    typealias InboundIn = Any

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is IdleStateHandler.IdleStateEvent { context.close(promise: nil) }
        context.fireUserInboundEventTriggered(event)
    }
}

/// How many there are at a time.
private final class Counter: Sendable {
    private let count = Mutex(0)

    func enter(atMost most: Int) -> Bool {
        count.withLock { count in
            guard count < most else { return false }
            count += 1
            return true
        }
    }

    func leave() { count.withLock { $0 -= 1 } }
}
