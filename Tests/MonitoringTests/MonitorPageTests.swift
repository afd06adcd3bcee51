/// What is answered to whoever watches.
import Common
import Testing

@testable import Monitoring

@Suite("The page for whoever watches", .timeLimit(.minutes(1)))
struct MonitorPageTests {
    private static func page(_ readiness: MonitorPage.Readiness = .init()) -> MonitorPage {
        MonitorPage(
            "consumer", isLocal: true, registry: Registry([:]), liveness: Liveness(), readiness: { readiness },
            collect: { [Metric("messages_total", .counter, "Messages.")(7)] })
    }

    @Test(
        "What is answered to which request",
        arguments: [
            ("GET", "/metrics", 200), ("HEAD", "/metrics", 200), ("GET", "/livez", 200), ("GET", "/readyz", 200),
            ("GET", "/", 200), ("GET", "/metrics/", 404), ("GET", "/../etc/passwd", 404), ("POST", "/metrics", 405),
            ("DELETE", "/livez", 405), ("OPTIONS", "*", 405),
        ])
    func requests(_ method: String, _ path: String, _ status: Int) async {
        #expect(await Self.page().reply(to: method, path).status == status)
    }

    @Test(
        "A page of the web that has its name lead here gets nothing",
        arguments: [
            ("localhost", 200), ("localhost:9464", 200), ("127.0.0.1:9464", 200), ("[::1]:9464", 200), ("[::1]", 200),
            ("evil.example", 403), ("evil.example:9464", 403), ("127.0.0.1.evil.example", 403), ("", 403),
        ])
    func hosts(_ host: String, _ status: Int) async {
        #expect(await Self.page().reply(to: "GET", "/metrics", hosts: [host]).status == status)
        let open = MonitorPage(
            "consumer", isLocal: false, registry: Registry([:]), liveness: Liveness(), readiness: { .init() },
            collect: { [] })
        #expect(await open.reply(to: "GET", "/metrics", hosts: [host]).status == 200)
    }

    @Test(
        "The path of what is asked for",
        arguments: [
            ("/metrics", "/metrics"), ("/metrics?a=b", "/metrics"), ("http://x:1/livez", "/livez"), ("http://x", "/"),
            ("*", "*"), ("", "/"),
        ])
    func paths(_ target: String, _ path: String) { #expect(MonitorPage.path(of: target) == path) }

    @Test(
        "Ready, degraded or not ready",
        arguments: [
            (MonitorPage.Readiness(), 200, "{\"reasons\":[],\"status\":\"ready\"}\n"),
            (.init(degraded: ["a"]), 200, "{\"reasons\":[\"a\"],\"status\":\"degraded\"}\n"),
            (.init(unready: ["b"], degraded: ["a"]), 503, "{\"reasons\":[\"b\",\"a\"],\"status\":\"unready\"}\n"),
        ])
    func readiness(_ readiness: MonitorPage.Readiness, _ status: Int, _ body: String) async {
        let reply = await Self.page(readiness).reply(to: "GET", "/readyz")
        #expect(reply == MonitorPage.Reply(status: status, type: "application/json", body: body))
    }

    @Test("Metrics say what runs, what is counted, and how the process is")
    func metrics() async {
        let reply = await Self.page().reply(to: "GET", "/metrics")
        #expect(reply.type == "text/plain; version=0.0.4; charset=utf-8")
        #expect(
            reply.body.contains("streamllm_build_info{program=\"consumer\",version=\"\(Version.current)\"} 1\n"))
        #expect(reply.body.contains("\nmessages_total 7\n"))
        for metric in ProcessFigures.metrics {
            let line = reply.body.split(separator: "\n").first { $0.hasPrefix(metric.name + " ") }
            #expect(line.flatMap { Double($0.split(separator: " ")[1]) } ?? 0 > 0, "\(metric.name)")
        }
    }
}
