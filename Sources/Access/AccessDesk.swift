/// Who is let in: answers to what libzmq asks of each new connection.
import ZeroMQ

/// A handler of ZAP (RFC 27 of ZeroMQ): a request's frames in, an answer's frames out. Pure.
public struct AccessDesk: Sendable {
    /// What came of a request.
    public enum Verdict: Hashable, Sendable {
        case admitted(name: String)
        case denied(Denial)
    }

    /// Why somebody isn't let in.
    public enum Denial: Hashable, Sendable {
        /// Not by a key: NULL and PLAIN.
        case noKey
        case unknownKey
        /// The key is known, and may do other things.
        case noRight(name: String)
        /// What libzmq itself would never ask.
        case noRequest
    }

    private static let version = Array("1.0".utf8)

    private let keys: Keyring

    public init(_ keys: Keyring) { self.keys = keys }

    /// - Parameter request: version, request id, domain, address, routing id, mechanism, and credentials.
    /// - Returns: version, request id, status, its text, the name of who is let in, and metadata (none).
    public func answer(_ request: [[UInt8]]) -> (frames: [[UInt8]], verdict: Verdict) {
        let verdict = judge(request)
        let id = request.count > 1 ? request[1] : []
        let (status, text, name) =
            switch verdict {
            case .admitted(let name): ("200", "OK", name)
            case .denied(.noRequest): ("500", "Not a request", "")
            // Nobody learns from it what a right key would be.
            case .denied: ("400", "No access", "")
            }
        return ([Self.version, id, Array(status.utf8), Array(text.utf8), Array(name.utf8), []], verdict)
    }

    private func judge(_ request: [[UInt8]]) -> Verdict {
        guard request.count >= 6, request[0] == Self.version,
            let point = AccessPoint(rawValue: String(decoding: request[2], as: UTF8.self))
        else { return .denied(.noRequest) }
        guard request[5] == Array("CURVE".utf8) else { return .denied(.noKey) }
        guard request.count == 7, let key = CurveKey(request[6]) else { return .denied(.noRequest) }
        guard let client = keys.client(with: key) else { return .denied(.unknownKey) }
        guard !client.rights.isDisjoint(with: point.rights) else { return .denied(.noRight(name: client.name)) }
        return .admitted(name: client.name)
    }
}
