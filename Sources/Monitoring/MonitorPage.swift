/// What is answered to whoever asks how a program is.
import Common
import Foundation

/// What a program says of itself: what it measures, whether it gets on, and whether it is ready. Of the chats there is nothing in it.
package struct MonitorPage: Sendable {
    /// Whether a program can do its work.
    package struct Readiness: Hashable, Sendable, Encodable {
        package enum Status: String, Sendable, Encodable {
            case ready
            /// It works, and what it works with doesn't: a model's server, say.
            case degraded
            case unready
        }

        package let status: Status
        /// Why it isn't simply ready, a sentence each.
        package let reasons: [String]

        package init(unready: [String] = [], degraded: [String] = []) {
            status = unready.isEmpty ? degraded.isEmpty ? .ready : .degraded : .unready
            reasons = unready + degraded
        }
    }

    /// A request's answer.
    struct Reply: Hashable, Sendable {
        let status: Int
        let type: String
        let body: String

        fileprivate static func text(_ status: Int, _ body: String) -> Reply {
            Reply(status: status, type: "text/plain; charset=utf-8", body: body + "\n")
        }

        fileprivate static func json(_ status: Int, _ value: some Encodable) -> Reply {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            // Words and lists of words can always be encoded.
            let body = (try? encoder.encode(value)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
            return Reply(status: status, type: "application/json", body: body + "\n")
        }
    }

    private struct Life: Encodable {
        let status: String
        let reasons: [String]
    }

    private let program: String
    private let isLocal: Bool
    private let registry: Registry
    private let liveness: Liveness
    private let readiness: @Sendable () async -> Readiness
    private let collect: @Sendable () async -> [Sample]

    private static let build = Metric("streamllm_build_info", .gauge, "Always 1; the labels say what runs.")
    private static let alive = Metric("streamllm_alive", .gauge, "1 where all parts get on: what /livez says.")
    private static let ready = Metric(
        "streamllm_ready", .gauge, "1 where the program can do its work: what /readyz says.")
    private static let degraded = Metric(
        "streamllm_degraded", .gauge, "1 where it works, and what it works with doesn't.")

    /// - Parameters:
    ///   - isLocal: only programs of this machine get there.
    ///   - registry: what is measured as it happens.
    ///   - collect: what is counted anyway, as it is now. Called for each scrape.
    package init(
        _ program: String, isLocal: Bool, registry: Registry, liveness: Liveness,
        readiness: @escaping @Sendable () async -> Readiness, collect: @escaping @Sendable () async -> [Sample]
    ) {
        self.program = program
        self.isLocal = isLocal
        self.registry = registry
        self.liveness = liveness
        self.readiness = readiness
        self.collect = collect
    }

    /// Whether a name is one of this machine's own. Where others can get there, it may have any.
    private func isOwn(_ host: String) -> Bool {
        guard isLocal else { return true }
        return ListenAddress(host.last == "]" || !host.contains(":") ? host + ":80" : host)?.isLocal ?? false
    }

    private func own() async -> [Sample] {
        let status = await readiness().status
        return [
            Self.build(1, ["program": program, "version": Version.current]),
            Self.alive(liveness.standing(at: .now) == nil ? 1 : 0), Self.ready(status == .unready ? 0 : 1),
            Self.degraded(status == .degraded ? 1 : 0),
        ]
    }

    /// A request's path, without what is asked about it. Whoever asks a proxy writes the server before it.
    static func path(of target: String) -> String {
        var path = target.prefix { $0 != "?" }
        if path.hasPrefix("http://") {
            path = path.dropFirst(7)
            path = path[(path.firstIndex(of: "/") ?? path.endIndex)...]
        }
        return path.isEmpty ? "/" : String(path)
    }

    /// - Parameter hosts: what the request calls this machine. A page of the web that has had its own name lead here (DNS rebinding)
    ///   calls it by that name.
    func reply(to method: String, _ path: String, hosts: [String] = []) async -> Reply {
        guard hosts.allSatisfy(isOwn) else { return .text(403, "ask for it by the address that it listens on") }
        guard method == "GET" || method == "HEAD" else { return .text(405, "only GET is answered") }
        switch path {
        case "/metrics":
            let samples = await own() + collect() + registry.samples + ProcessFigures.samples()
            return Reply(status: 200, type: Exposition.contentType, body: Exposition.text(samples))
        case "/livez":
            let standing = liveness.standing(at: .now)
            return .json(
                standing == nil ? 200 : 503,
                Life(status: standing == nil ? "alive" : "standing", reasons: standing.map { [$0] } ?? []))
        case "/readyz":
            let readiness = await readiness()
            return .json(readiness.status == .unready ? 503 : 200, readiness)
        case "/": return .text(200, "/metrics /livez /readyz")
        default: return .text(404, "nothing here: /metrics, /livez and /readyz are")
        }
    }
}
