/// Where a feed's sockets are, as far as one has to know to compare two of them.

/// An endpoint taken apart, as libzmq writes it (zmq_tcp(7), zmq_ipc(7)).
public enum Endpoint: Hashable, Sendable {
    /// A host (or interface, or `*`), without brackets and in lower case, and a port.
    case tcp(host: String, port: UInt16)
    /// A path, or an abstract name (`@…`).
    case ipc(path: String)

    /// Longer ones are nobody's: a path in an `ipc://` endpoint has at most 107 bytes (unix(7)), a host name 253.
    static let longest = 320

    /// nil for what is neither, lacks a port, or has port 0 (which is none that one could connect to).
    public init?(_ text: String) {
        guard text.utf8.count <= Self.longest, !text.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) else {
            return nil
        }
        if text.hasPrefix("ipc://"), text.count > 6 {
            self = .ipc(path: String(text.dropFirst(6)))
            return
        }
        // In `tcp://SOURCE;HOST:PORT` the source is this side's.
        guard text.hasPrefix("tcp://"), let place = text.dropFirst(6).split(separator: ";").last,
            !place.contains(" "), let colon = place.lastIndex(of: ":"),
            let port = UInt16(place[place.index(after: colon)...]), port > 0,
            case let host = place[..<colon], !host.isEmpty
        else { return nil }
        self = .tcp(host: host.trimmingBrackets.lowercased(), port: port)
    }

    /// Endpoints without those that are there already under another spelling.
    public static func distinct(_ endpoints: [String]) -> [String] {
        var seen: Set<Endpoint> = []
        var texts: Set<String> = []
        return endpoints.filter { text in
            guard texts.insert(text).inserted else { return false }
            guard let endpoint = Endpoint(text) else { return true }
            return seen.insert(endpoint.canonical).inserted
        }
    }

    /// One spelling for the same place on this machine.
    private var canonical: Endpoint {
        if case .tcp("localhost", let port) = self { .tcp(host: "127.0.0.1", port: port) } else { self }
    }

    // MARK: Hosts

    static func isLoopback(_ host: some StringProtocol) -> Bool {
        host == "localhost" || host == "::1" || host.hasPrefix("127.") && isAddress(host)
    }

    /// All addresses of a machine: nowhere to connect to.
    static func isWildcard(_ host: some StringProtocol) -> Bool { ["*", "0.0.0.0", "::"].contains(String(host)) }

    /// Whether a host is written in numbers.
    static func isAddress(_ host: some StringProtocol) -> Bool {
        host.contains(":") || !host.isEmpty && host.allSatisfy { $0.isNumber || $0 == "." }
    }
}

extension Substring {
    fileprivate var trimmingBrackets: Substring { hasPrefix("[") && hasSuffix("]") ? dropFirst().dropLast() : self }
}
