/// Who may ask for what.
import Common
import Bytes
import Foundation
import Synchronization

/// Decides on each request before anything else sees it. Pure: what it decides by is in the request.
///
/// - Host first: a page of somebody else whose name leads to this machine (DNS rebinding) has that name there.
/// - Then who it is: the word in the address, once, or the cookie that was given for it.
/// - What writes must come from this page: Origin and Sec-Fetch-Site are the browser's, and no page can set them.
struct Guard: Sendable {
    /// What is asked, as far as it matters here. Header names are in lower case.
    struct Question: Sendable {
        var method: String
        var path: String
        var query: [String: String] = [:]
        var headers: [String: [String]] = [:]

        /// A header that may be there once; nil where it isn't, or is there several times.
        func only(_ name: String) -> String? {
            let values = headers[name] ?? []
            return values.count == 1 ? values[0] : nil
        }
    }

    enum Verdict: Hashable, Sendable {
        case pass
        /// The word was in the address: a cookie is given for it, and the address forgotten.
        case welcome
        /// The browser came from a page of somebody else's, and brings no cookie then. It is sent here once more, from here.
        case bounce
        /// - Parameter reason: for the person who reads it.
        case refuse(status: Int, reason: String)
    }

    static let tokenField = "token"

    private let hosts: Set<String>
    private let secrets: Secrets
    private let cookieName: String

    /// - Parameters:
    ///   - hosts: names, with their ports, by which the page may be asked for.
    ///   - port: what the cookie is called after: cookies are the same for all ports of a machine.
    init(hosts: Set<String>, secrets: Secrets, port: Int) {
        self.hosts = Set(hosts.map { $0.lowercased() })
        self.secrets = secrets
        cookieName = "streamllm-\(port)"
    }

    /// The names under which a page is asked for that is served there.
    static func hosts(of address: ListenAddress, port: Int, besides allowed: [String]) -> Set<String> {
        var names = ["localhost", "127.0.0.1", "[::1]"]
        if case .port(let host, _) = address, host != "0.0.0.0", host != "::" {
            names.append(host.contains(":") ? "[\(host)]" : host)
        }
        // A browser leaves out the port where it is the usual one.
        var hosts = Set(names.map { "\($0):\(port)" })
        if port == 80 { hosts.formUnion(names) }
        if case .unix = address { hosts.formUnion(names) }
        for name in allowed { hosts.formUnion([name, "\(name):\(port)"]) }
        return hosts
    }

    func verdict(on question: Question) -> Verdict {
        guard let host = question.only("host"), hosts.contains(host.lowercased()) else {
            return .refuse(status: 403, reason: "this page isn't served under that name (--allow-host)")
        }
        guard ["GET", "HEAD", "POST"].contains(question.method) else {
            return .refuse(status: 405, reason: "no such method")
        }
        if question.headers["upgrade"] != nil { return .refuse(status: 400, reason: "nothing to upgrade to") }
        let writes = question.method == "POST"
        if !writes, question.path == "/", let token = question.query[Self.tokenField] {
            return secrets.isToken(token) ? .welcome : Self.unknown
        }
        let site = question.headers["sec-fetch-site"] ?? []
        guard cookies(of: question).contains(where: secrets.isCookie) else {
            return !writes && question.path == "/" && site == ["cross-site"] ? .bounce : Self.unknown
        }
        if question.path.hasPrefix("/api/"), !site.allSatisfy({ $0 == "same-origin" || $0 == "none" && !writes }) {
            return .refuse(status: 403, reason: "not from this page")
        }
        guard writes else { return .pass }
        guard let origin = question.only("origin"), isOwn(origin: origin) else {
            return .refuse(status: 403, reason: "not from this page")
        }
        let type = question.only("content-type")?.split(separator: ";").first.map { $0.lowercased() }
        guard type == "application/json" else { return .refuse(status: 415, reason: "not JSON") }
        return .pass
    }

    private static let unknown = Verdict.refuse(
        status: 401, reason: "open the address that streamllm-web printed when it was started (streamllm-web --address)"
    )

    private func isOwn(origin: String) -> Bool {
        let origin = origin.lowercased()
        // Behind a server that speaks TLS it is that.
        return ["http://", "https://"].contains {
            origin.hasPrefix($0) && hosts.contains(String(origin.dropFirst($0.count)))
        }
    }

    private func cookies(of question: Question) -> [String] {
        (question.headers["cookie"] ?? []).flatMap { $0.split(separator: ";") }.compactMap { pair in
            let parts = pair.split(separator: "=", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
            return parts.count == 2 && parts[0] == cookieName ? parts[1] : nil
        }
    }

    /// What a browser is given for the word.
    var setCookie: String { "\(cookieName)=\(secrets.cookie); Path=/; HttpOnly; SameSite=Strict" }
}

/// The guard in force: the port may be known only when the server listens. Safe to use from anywhere.
final class GuardBox: Sendable {
    private let guardian: Mutex<Guard>

    init(_ guardian: Guard) { self.guardian = Mutex(guardian) }

    var value: Guard { guardian.withLock { $0 } }

    func set(_ new: Guard) { guardian.withLock { $0 = new } }
}
