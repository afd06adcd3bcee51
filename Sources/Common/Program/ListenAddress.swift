/// Where a program answers HTTP.
import ArgumentParser

/// An address as people write it: `127.0.0.1:8080`, `[::1]:8080`, `localhost:8080`, or `unix:/PATH`.
public enum ListenAddress: Hashable, Sendable, CustomStringConvertible {
    case port(host: String, Int)
    case unix(path: String)

    /// nil when the text isn't one.
    public init?(_ text: String) {
        if text.hasPrefix("unix:") {
            let path = String(text.dropFirst(5))
            guard path.hasPrefix("/"), path.utf8.count < 108 else { return nil }
            self = .unix(path: path)
            return
        }
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else {
            return nil
        }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
        } else if host.contains(":") {
            return nil
        }
        guard !host.isEmpty, host.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "-.:%".contains($0)) })
        else { return nil }
        self = .port(host: String(host), Int(port))
    }

    /// Whether only programs on this machine get there.
    public var isLocal: Bool {
        switch self {
        case .unix: return true
        case .port(let host, _):
            if host == "::1" || host.lowercased() == "localhost" { return true }
            let parts = host.split(separator: ".", omittingEmptySubsequences: false)
            return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
        }
    }

    public var description: String {
        switch self {
        case .unix(let path): "unix:\(path)"
        case .port(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        }
    }
}

extension ListenAddress: ExpressibleByArgument {
    public init?(argument: String) { self.init(argument) }

    public var defaultValueDescription: String { "\(self)" }
}
