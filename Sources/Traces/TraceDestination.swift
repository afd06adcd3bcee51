/// Where traces go.
import Common
import Foundation

/// A collector's address, and the headers that it wants.
package struct TraceDestination: Sendable {
    private static let path = "/v1/traces"
    /// Of a file with headers, in bytes.
    private static let largestFile = 64 << 10

    package let url: String
    /// As it may be shown: without a name and a password.
    package let shown: String
    package let headers: [(name: String, value: String)]

    /// - Parameters:
    ///   - text: an address of HTTP. `/v1/traces` is added to it, unless it ends with that, as
    ///     https://opentelemetry.io/docs/specs/otlp/#otlphttp-request has it.
    ///   - headersFile: lines such as `Authorization: Basic …`.
    /// - Throws: ``ExitStatus`` for an address or a file that can't be used.
    package init(_ text: String, headersFile: String?) throws(ExitStatus) {
        guard var parts = URLComponents(string: text), let scheme = parts.scheme?.lowercased(),
            ["http", "https"].contains(scheme), let host = parts.host, !host.isEmpty, parts.fragment == nil,
            parts.port.map({ 1...65535 ~= $0 }) ?? true
        else { throw .usage("--otlp wants an address such as http://127.0.0.1:4318.") }
        guard parts.user == nil, parts.password == nil else {
            throw .usage("--otlp: names and passwords belong into the file of --otlp-headers.")
        }
        while parts.percentEncodedPath.hasSuffix("/") { parts.percentEncodedPath.removeLast() }
        if !parts.percentEncodedPath.hasSuffix(Self.path) { parts.percentEncodedPath += Self.path }
        guard let url = parts.string else { throw .usage("--otlp wants an address such as http://127.0.0.1:4318.") }
        parts.query = nil
        (self.url, shown) = (url, parts.string ?? host)
        headers = try headersFile.map { path throws(ExitStatus) in try Self.headers(in: path) } ?? []
    }

    private static func headers(in path: String) throws(ExitStatus) -> [(name: String, value: String)] {
        let text: String
        do {
            text = try SmallFile.text(of: path, limit: largestFile)
        } catch {
            throw .usage("--otlp-headers: \(path) isn't a file that can be read.")
        }
        var headers: [(name: String, value: String)] = []
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            if line.allSatisfy(\.isWhitespace) { continue }
            let parts = line.split(separator: ":", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
            // A header's name is a token, and its value has no control characters (RFC 9110, sections 5.1 and 5.5).
            guard parts.count == 2, !parts[0].isEmpty, parts[0].utf8.allSatisfy(\.isOfToken),
                parts[1].utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F })
            else { throw .usage("--otlp-headers: line \(index + 1) of \(path) isn't a header such as `Name: value`.") }
            headers.append((parts[0], parts[1]))
        }
        return headers
    }
}

extension UInt8 {
    fileprivate var isOfToken: Bool {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "A")...UInt8(ascii: "Z"):
            true
        default: "!#$%&'*+-.^_`|~".utf8.contains(self)
        }
    }
}
