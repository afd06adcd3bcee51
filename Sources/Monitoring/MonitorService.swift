/// The small server that metrics are read from.
import Common
import Glibc
import Logging
import NIOCore
import NIOHTTP1
import NIOPosix
import ServiceLifecycle
import ZeroMQ

/// Answers `/metrics`, `/livez` and `/readyz`. It runs on threads of its own and asks the others for nothing but a look at their
/// counts, so that whoever scrapes slowly, or all day, keeps nobody.
package struct MonitorService: Service {
    /// Connections at a time. A scraper has one.
    private static let mostConnections = 32
    /// A connection on which nothing is asked, or nothing taken, is closed.
    private static let patience = TimeAmount.seconds(60)

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
        try? await gracefulShutdown()
        try? await server.close()
    }

    private func bind() async throws -> any Channel {
        let (page, room) = (page, MonitorRoom(most: Self.mostConnections))
        let bootstrap = ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.addHandler(
                        IdleStateHandler(readTimeout: Self.patience, writeTimeout: Self.patience))
                    try pipeline.configureHTTPServerPipeline(withErrorHandling: true)
                    try pipeline.addHandler(MonitorHandler(page, room: room))
                }
            }
        do {
            switch address {
            case .port(let host, let port): return try await bootstrap.bind(host: host, port: port).get()
            case .unix(let path):
                // A socket of a program that runs isn't taken from it; one that was left is.
                try IPCPath.check("ipc://\(path)")
                return try await bootstrap.bind(unixDomainSocketPath: path, cleanupExistingSocketFile: true).get()
            }
        } catch let error as IOError {
            throw ExitStatus.unavailable(
                error.errnoCode == EADDRINUSE
                    ? "Address in use: \(address). Another program listens there; stop it or choose another with --monitor."
                    : "Address can't be used: \(address): \(String(cString: strerror(error.errnoCode))).")
        }
    }
}
