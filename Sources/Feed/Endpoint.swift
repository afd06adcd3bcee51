/// Where a feed's sockets are, as far as one has to know to compare two of them.
import Glibc

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

    /// Whether two of them are the same place. One that the system chooses (`*`) is like no other.
    public static func anyTwice(_ endpoints: [String]) -> Bool {
        let fixed = endpoints.filter { !$0.contains("*") }
        return distinct(fixed).count < fixed.count
    }

    /// One spelling for the same place on this machine.
    private var canonical: Endpoint {
        switch self {
        case .tcp("localhost", let port): .tcp(host: "127.0.0.1", port: port)
        case .tcp(let host, let port): .tcp(host: Self.address(host), port: port)
        case .ipc(let path): .ipc(path: path.hasPrefix("@") ? path : Self.standardized(path))
        }
    }

    /// An address in its usual form: `127.1` is 127.0.0.1, and `0:0::1` is ::1 (inet_aton(3), inet_pton(3)).
    private static func address(_ host: String) -> String {
        var (four, six) = (in_addr(), in6_addr())
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        if !host.contains(":"), inet_aton(host, &four) != 0 {
            inet_ntop(AF_INET, &four, &text, socklen_t(text.count))
        } else if inet_pton(AF_INET6, host, &six) == 1 {
            inet_ntop(AF_INET6, &six, &text, socklen_t(text.count))
        } else {
            return host
        }
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// A path without links in its folders, and without `//`, `.` and `..`, as far as its folder is there.
    private static func standardized(_ path: String) -> String {
        let parts = path.split(separator: "/")
        let folder = (path.hasPrefix("/") ? "/" : "./") + parts.dropLast().joined(separator: "/")
        guard let name = parts.last, let real = realpath(folder, nil) else { return path }
        defer { free(real) }
        return "\(String(cString: real))/\(name)"
    }

    /// An endpoint to bind to: libzmq takes addresses and interfaces there, and no names (zmq_tcp(7)).
    public static func toBind(_ text: String) -> String {
        guard text.hasPrefix("tcp://"), let colon = text.lastIndex(of: ":"),
            case let host = text[..<colon].dropFirst(6), !host.isEmpty, host != "*",
            !isAddress(host), !host.hasPrefix("["), if_nametoindex(String(host)) == 0
        else { return text }
        var found: UnsafeMutablePointer<addrinfo>?
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        guard getaddrinfo(String(host), nil, &hints, &found) == 0, let first = found else { return text }
        defer { freeaddrinfo(first) }
        var name = [CChar](repeating: 0, count: Int(NI_MAXHOST))
        let (address, size) = (first.pointee.ai_addr, first.pointee.ai_addrlen)
        guard getnameinfo(address, size, &name, socklen_t(name.count), nil, 0, NI_NUMERICHOST) == 0 else { return text }
        let number = String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return "tcp://\(number.contains(":") ? "[\(number)]" : number)\(text[colon...])"
    }

    // MARK: Hosts

    /// Whether other machines may get to what is bound there.
    public static func isReachedFromElsewhere(_ text: String) -> Bool {
        guard text.hasPrefix("tcp://") else { return false }
        guard let colon = text.lastIndex(of: ":") else { return true }
        let bound = toBind(text)
        return !isLoopback(bound[..<(bound.lastIndex(of: ":") ?? colon)].dropFirst(6).trimmingBrackets.lowercased())
    }

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
