/// What a feed's sockets are made in.
import Access
import ZeroMQ

/// A libzmq context, and the keys by which both ends of a connection know each other. Keys are for what others can reach over the
/// network: who may open an `ipc://` endpoint is the file system's to say.
public final class FeedContext: Sendable {
    let zeroMQ: Context
    let keys: Keyring?

    /// - Parameter keys: nil: whoever can reach a socket is let in, and whoever listens is believed.
    /// - Throws: ``ZMQError`` when libzmq has no memory or no file descriptors left.
    public init(keys: Keyring?) throws(ZMQError) {
        self.keys = keys
        zeroMQ = try Context()
    }

    /// The handler that lets keys in; nil where sockets at these endpoints ask for none. To be made before they are bound, and to
    /// be served as long as they are there.
    public func accessSocket(for endpoints: String...) throws(ZMQError) -> AccessSocket? {
        guard let keys, endpoints.contains(where: Self.usesKeys) else { return nil }
        return try AccessSocket(keys, in: zeroMQ)
    }

    /// Whose rights are to be asked for at an endpoint; nil where everybody has them all.
    func rights(at endpoint: String) -> Keyring? { Self.usesKeys(endpoint) ? keys : nil }

    /// Binds a socket that lets in who has a key for it.
    public func bind(_ socket: inout Socket, to endpoint: String, as point: AccessPoint) throws(ZMQError) {
        if let keys, Self.usesKeys(endpoint) { try socket.admitKeys(keys.own, domain: point.rawValue) }
        try socket.bind(Endpoint.toBind(endpoint))
    }

    /// Connects a socket to whoever has the key of the server at an endpoint.
    ///
    /// - Parameter server: the endpoint by which the server is known, where it has named this one itself.
    public func connect(
        _ socket: borrowing Socket, to endpoint: String, knownBy server: String? = nil
    ) throws(ZMQError) {
        if let keys, Self.usesKeys(endpoint) {
            // Where nobody is known, nobody but this program itself would be believed.
            try socket.useKeys(keys.own, server: keys.server(at: server ?? endpoint)?.key ?? keys.own.publicKey)
        }
        try socket.connect(endpoint)
    }

    public static func usesKeys(_ endpoint: String) -> Bool { endpoint.hasPrefix("tcp://") }
}
