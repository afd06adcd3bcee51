/// Who a program is, whom it knows, and whom it lets in.
import ZeroMQ

/// The keys of one program. Pure.
public struct Keyring: Sendable {
    /// Somebody who is let in.
    public struct Client: Hashable, Sendable {
        public let name: String
        public let rights: Set<Right>

        public init(name: String, rights: Set<Right>) {
            self.name = name
            self.rights = rights
        }
    }

    /// Somebody who is connected to.
    public struct Server: Sendable {
        public let name: String
        public let key: CurveKey
        /// Where it is; empty: wherever no other is.
        public let endpoints: Set<String>

        public init(name: String, key: CurveKey, endpoints: Set<String> = []) {
            self.name = name
            self.key = key
            self.endpoints = endpoints
        }
    }

    public let own: CurveKeyPair
    public let servers: [Server]
    public let clients: [CurveKey: Client]

    public init(own: CurveKeyPair, servers: [Server] = [], clients: [CurveKey: Client] = [:]) {
        self.own = own
        self.servers = servers
        self.clients = clients
    }

    /// This program itself, which may follow its own output.
    public static let itself = Client(name: "me", rights: Set(Right.allCases))

    /// Who has a key; nil: nobody who is known.
    public func client(with key: CurveKey) -> Client? { key == own.publicKey ? Self.itself : clients[key] }

    /// What a client may do; nothing, for one that isn't known.
    public func rights(of name: String) -> Set<Right> {
        if name == Self.itself.name { return Self.itself.rights }
        return clients.values.first { $0.name == name }?.rights ?? []
    }

    /// The same program as a client of itself.
    public var asOwnClient: Keyring { Keyring(own: own) }

    /// Whose key whoever listens at an endpoint has to have: the server that names the endpoint; else the one with the name of its
    /// host; else the only one there is. nil: nobody is known there.
    public func server(at endpoint: String) -> Server? {
        if let named = servers.first(where: { $0.endpoints.contains(endpoint) }) { return named }
        // `tcp://SOURCE;HOST:PORT`, where the source is this side's.
        let place = endpoint.dropFirst("tcp://".count).split(separator: ";").last ?? ""
        let host = String(place[..<(place.lastIndex(of: ":") ?? place.endIndex)])
        let open = servers.filter(\.endpoints.isEmpty)
        if let same = open.first(where: { $0.name == host }) { return same }
        return servers.count == 1 ? open.first : nil
    }
}
