/// Where a server is, as telemetry has it.

/// A server's host and port apart, as OpenTelemetry wants them
/// (https://opentelemetry.io/docs/specs/semconv/registry/attributes/server/).
package struct ServerPlace: Hashable, Sendable {
    /// The host, or a socket's path.
    package let host: String
    package let port: Int?

    /// - Parameter server: an address, as it may be shown.
    package init(_ server: String) {
        let place = server.split(separator: "/", omittingEmptySubsequences: true).dropFirst().first ?? ""
        guard !server.hasPrefix("unix:"), let colon = place.lastIndex(of: ":"),
            let port = Int(place[colon...].dropFirst())
        else {
            (host, port) = (server.hasPrefix("unix:") || place.isEmpty ? server : String(place), nil)
            return
        }
        (host, self.port) = (String(place[..<colon]), port)
    }
}
