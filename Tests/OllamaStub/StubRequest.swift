/// What a client sent.

/// One request, as it came.
public struct StubRequest: Sendable, Equatable {
    public let method: String
    /// The path without the query.
    public let path: String
    /// By name, in lower case.
    public let headers: [String: String]
    public let body: [UInt8]
}
