/// Where a model's server is.
import Foundation

/// The address of a server, read once and understood, or refused.
public struct ModelAddress: Hashable, Sendable {
    /// Scheme, host, port and path, without a user, a query or a slash at the end.
    let base: String
    /// What stands behind the `?`: some servers want a version there.
    private let query: String?
    /// What is said of it in entries and in the log: scheme, host and port, never who is named in it.
    public let shown: String
    /// The header for the user who is named in it.
    let authorization: String?

    /// The URL of one of its resources.
    func url(_ path: String) -> String { base + path + (query.map { "?" + $0 } ?? "") }

    /// More servers than that nobody has.
    private static let most = 1000

    /// Reads a list of servers as people write them: comma-separated, with or without `http://` and a port.
    ///
    /// As Ollama's own client does: no scheme means http and port 11434, and a server that listens on all addresses
    /// (`0.0.0.0`, `[::]`) is reached on the loopback one. `unix:/path` is a socket of this machine. The path of one of the
    /// interface's resources, such as `/api/chat`, may stand behind it. A server that is named twice is one.
    ///
    /// - Parameter name: the setting's.
    /// - Throws: ``WrittenSetting/Problem`` for what can't be an address.
    public static func list(
        _ text: String, for dialect: ModelOptions.Dialect, called name: String
    ) throws(WrittenSetting.Problem) -> [ModelAddress] {
        let names = WrittenSetting.cleaned(text).split(separator: ",").map { WrittenSetting.cleaned(String($0)) }
        guard names.count <= most else { throw WrittenSetting.Problem("\(name) names more than \(most) servers") }
        var addresses: [ModelAddress] = []
        for text in names.allSatisfy(\.isEmpty) ? [""] : names.filter({ !$0.isEmpty }) {
            do throws(WrittenSetting.Problem) {
                let address = try ModelAddress(text, for: dialect)
                if !addresses.contains(address) { addresses.append(address) }
            } catch {
                throw WrittenSetting.Problem("\(name) isn't an address: \(error)")
            }
        }
        return addresses
    }

    init(_ text: String, for dialect: ModelOptions.Dialect) throws(WrittenSetting.Problem) {
        var rest = text[...]
        let scheme = try Self.takeScheme(&rest)
        if let fragment = rest.firstIndex(of: "#") { rest = rest[..<fragment] }
        query = Self.takeQuery(&rest)
        if scheme == "unix" {
            let path = "/" + rest.drop { $0 == "/" }
            guard path.count > 1 else { throw WrittenSetting.Problem("unix: names no socket; write unix:/path/to/it") }
            guard let host = path.addingPercentEncoding(withAllowedCharacters: .alphanumerics) else {
                throw WrittenSetting.Problem("the socket's path can't be read")
            }
            (base, shown, authorization) = ("http+unix://" + host + dialect.path(""), "unix:" + path, nil)
            return
        }
        if scheme == nil { rest.trimPrefix("//") }
        let path = rest.firstIndex(of: "/").map { rest[$0...] } ?? ""
        // A list has commas; what else stands behind a path isn't part of one.
        guard path.allSatisfy({ $0.isASCII && !$0.isWhitespace && !";\"<>\\^`{|}".contains($0) }), path.last != "."
        else {
            throw WrittenSetting.Problem("its path can't be one; several addresses have commas between them")
        }
        var authority = rest.dropLast(path.count)
        authorization = Self.takeUser(&authority)
        let (host, port) = try Self.hostAndPort(authority)
        let origin = (scheme ?? "http") + "://" + host + (port ?? (scheme == nil ? ":11434" : ""))
        (base, shown) = (origin + dialect.path(String(path)), origin)
    }

    private static func takeScheme(_ text: inout Substring) throws(WrittenSetting.Problem) -> String? {
        let name = text.prefix { $0.isASCII && $0.isLetter }
        if ["http", "https"].contains(name.lowercased()) {
            // With a colon or a slash that was forgotten, or slashes of another system.
            let rest = text[name.endIndex...]
            let slashes = rest.dropFirst().prefix(3).prefix { "/\\".contains($0) }
            if rest.first == ":" ? !slashes.isEmpty : rest.hasPrefix("//") {
                text = text[slashes.endIndex...]
                return name.lowercased()
            }
        }
        if text.lowercased().hasPrefix("unix:") {
            text = text.dropFirst("unix:".count)
            return "unix"
        }
        guard !text.contains("://") else {
            throw WrittenSetting.Problem("its scheme isn't known; write http://host:port, https://host or unix:/path")
        }
        return nil
    }

    private static func takeQuery(_ text: inout Substring) -> String? {
        guard let mark = text.firstIndex(of: "?") else { return nil }
        let query = text[text.index(after: mark)...]
        text = text[..<mark]
        // What it is nobody knows; versions aren't secret, and keys are.
        for pair in query.split(separator: "&") where !pair.hasPrefix("api-version=") {
            let value = pair.split(separator: "=", maxSplits: 1).last.map(String.init) ?? ""
            for form in [value, value.removingPercentEncoding ?? value] { KnownSecrets.add(form) }
        }
        return query.isEmpty ? nil : String(query)
    }

    /// The header for a user and a password (https://www.rfc-editor.org/rfc/rfc7617).
    private static func takeUser(_ authority: inout Substring) -> String? {
        guard let mark = authority.lastIndex(of: "@") else { return nil }
        let parts = authority[..<mark].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        authority = authority[authority.index(after: mark)...]
        let plain = parts.map { $0.removingPercentEncoding ?? String($0) }
        for part in [parts.dropFirst().map(String.init), Array(plain.dropFirst())].joined() { KnownSecrets.add(part) }
        let pair = plain.count == 2 ? plain.joined(separator: ":") : plain.joined() + ":"
        let encoded = Data(pair.utf8).base64EncodedString()
        KnownSecrets.add(encoded)
        return "Basic " + encoded
    }

    private static func hostAndPort(_ authority: Substring) throws(WrittenSetting.Problem) -> (String, String?) {
        var (host, port) = (String(authority), String?.none)
        if let colon = authority.lastIndex(of: ":"), !authority[colon...].contains("]") {
            host = String(authority[..<colon])
            let number = authority[authority.index(after: colon)...]
            if !number.isEmpty {
                guard let value = UInt16(number), value > 0 else {
                    throw WrittenSetting.Problem("its port isn't a number from 1 to 65535")
                }
                port = ":\(value)"
            }
        }
        if host == "0.0.0.0" || host.isEmpty { host = "127.0.0.1" }
        if host == "[::]" { host = "[::1]" }
        let isBracketed = host.hasPrefix("[") && host.hasSuffix("]")
        let allowed = isBracketed ? host.dropFirst().dropLast() : host[...]
        guard
            allowed.allSatisfy({ $0.isLetter || $0.isNumber || ".-_".contains($0) || isBracketed && ":%".contains($0) })
        else {
            throw WrittenSetting.Problem(
                host.contains(":") ? "an IPv6 address stands in brackets: [::1]:11434" : "its host's name can't be one")
        }
        return (host, port)
    }
}

extension ModelOptions.Dialect {
    /// Where the interface begins, from a path as people write it.
    fileprivate func path(_ text: String) -> String {
        var path = text
        func drop(_ ends: [String]) {
            while path.hasSuffix("/") { path.removeLast() }
            for end in ends where path.lowercased().hasSuffix(end) {
                path.removeLast(end.count)
                break
            }
            while path.hasSuffix("/") { path.removeLast() }
        }
        switch self {
        case .ollama:
            drop(["/api/chat", "/api/generate", "/api/tags", "/v1/chat/completions", "/v1/models", "/v1", "/api"])
            return path
        case .openai:
            drop(["/chat/completions", "/completions"])
            if path.lowercased().hasSuffix("/v1/models") { path.removeLast("/models".count) }
            return path.isEmpty ? "/v1" : path
        }
    }
}
