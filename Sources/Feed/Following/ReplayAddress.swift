/// Where a publisher may have itself asked.

/// Works out the replay endpoint to connect to from the one that a publisher has named, and says why not.
///
/// A publisher is believed as far as its connection goes: it may name another port of the host that its records come from,
/// or another socket in the same folder. Else anybody who can publish could have this process connect to wherever he
/// likes.
enum ReplayAddress {
    struct Refusal: Error, Hashable {
        let reason: String
    }

    /// - Parameters:
    ///   - said: what control names.
    ///   - live: the endpoint that this process has connected to.
    /// - Throws: ``Refusal``.
    static func resolve(_ said: String, from live: String) throws(Refusal) -> String {
        guard let place = Endpoint(said) else { throw Refusal(reason: "its replay endpoint isn't one") }
        switch (place, Endpoint(live)) {
        case (.ipc(let path), .ipc(let livePath)):
            guard folder(of: path) == folder(of: livePath) else {
                throw Refusal(reason: "its replay socket is in another folder than its records'")
            }
            return said
        case (.tcp(let host, let port), .ipc):
            guard Endpoint.isLoopback(host) || Endpoint.isWildcard(host) else {
                throw Refusal(reason: "its replay endpoint is on another host")
            }
            return Endpoint.isWildcard(host) ? "tcp://127.0.0.1:\(port)" : said
        case (.tcp(let host, let port), .tcp(let liveHost, _)):
            // All of these are this machine's, and may be different sockets.
            if Endpoint.isLoopback(host) && Endpoint.isLoopback(liveHost) { return said }
            guard isSame(host, liveHost) else { throw Refusal(reason: "its replay endpoint is on another host") }
            return "\(prefix(of: live)):\(port)"
        default: throw Refusal(reason: "its replay endpoint is of another kind than its records'")
        }
    }

    /// Whether the host that a publisher has bound to can be the one that was connected to. One that is known by its name has
    /// an address of its own, which isn't looked up: that name is what is connected to in any case.
    private static func isSame(_ said: String, _ live: String) -> Bool {
        if said == live || Endpoint.isWildcard(said) { return true }
        return Endpoint.isAddress(said) && !Endpoint.isAddress(live)
    }

    /// An endpoint without its port.
    private static func prefix(of live: String) -> Substring { live[..<(live.lastIndex(of: ":") ?? live.endIndex)] }

    private static func folder(of path: String) -> String {
        if path.hasPrefix("@") { return "@" }
        return path.split(separator: "/", omittingEmptySubsequences: true).dropLast().joined(separator: "/")
    }
}
