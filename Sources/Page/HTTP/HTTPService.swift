/// The HTTP server.
import Common
import Glibc
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import ServiceLifecycle
import ZeroMQ

/// Listens, and has requests answered, until it is stopped. Streams end then; whoever doesn't take the end is left.
struct HTTPService: Service {
    /// So long those who are being answered have at the end.
    private static let timeToFinish = Duration.seconds(1)
    /// A connection on which nothing is asked is closed.
    private static let idleTimeout = TimeAmount.seconds(60)
    /// Connections at a time. A browser has six.
    private static let mostConnections = 512

    let address: ListenAddress
    let responder: PageResponder
    let logger: Logger
    /// Told of the port.
    let onBound: @Sendable (Int) -> Void

    func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await serve() }
            group.addTask {
                try await gracefulShutdown()
                responder.giveUp()
                try await Task.sleep(for: Self.timeToFinish)
            }
            // Whichever is first: what it serves, or its time.
            try await group.next()
            group.cancelAll()
        }
    }

    private func serve() async throws {
        // Of the library's own messages, none: its errors are the ones thrown.
        var quiet = logger
        quiet.logLevel = .critical
        let application = Application(
            responder: responder,
            server: .http1(
                configuration: .init(
                    idleTimeout: Self.idleTimeout,
                    httpDecoderConfiguration: .init(
                        maxHeaderFieldSize: 16 << 10, maxHeaderListSize: 32 << 10, maxHeaderFieldCount: 100))),
            configuration: ApplicationConfiguration(
                address: bindAddress,
                availableConnectionsDelegate: MaximumAvailableConnections(Self.mostConnections)),
            onServerRunning: { channel in onBound(channel.localAddress?.port ?? 0) }, logger: quiet)
        // A socket of a server that runs isn't taken from it.
        if case .unix(let path) = address { try IPCPath.check("ipc://\(path)") }
        do {
            try await application.run()
        } catch let error as IOError {
            throw ExitStatus.unavailable(
                error.errnoCode == EADDRINUSE
                    ? "Address in use: \(address). Another program listens there; stop it or choose another with --listen."
                    : "Address can't be used: \(address): \(String(cString: strerror(error.errnoCode))).")
        }
    }

    private var bindAddress: BindAddress {
        switch address {
        case .port(let host, let port): .hostname(host, port: port)
        case .unix(let path): .unixDomainSocket(path: path)
        }
    }
}
