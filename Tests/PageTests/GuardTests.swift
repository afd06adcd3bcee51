/// Who may ask for what.
import Common
import Foundation
import Testing

@testable import Page

@Suite("The page's guard", .timeLimit(.minutes(1)))
struct GuardTests {
    private static let secrets = Secrets(token: "token-token-token", cookie: "cookie-cookie-cookie")
    private static let guardian = Guard(
        hosts: Guard.hosts(of: .port(host: "127.0.0.1", 8080), port: 8080, besides: ["page.test"]), secrets: secrets,
        port: 8080)

    /// A request of the page itself, changed in one way or another.
    private static func question(
        _ method: String = "GET", _ path: String = "/api/state", _ changes: [String: [String]] = [:],
        query: [String: String] = [:]
    ) -> Guard.Question {
        var headers: [String: [String]] = [
            "host": ["127.0.0.1:8080"], "cookie": ["a=b; streamllm-8080=\(secrets.cookie)"],
            "sec-fetch-site": ["same-origin"],
        ]
        if method == "POST" {
            headers["origin"] = ["http://127.0.0.1:8080"]
            headers["content-type"] = ["application/json"]
        }
        // None at all: it isn't there.
        for (name, value) in changes { headers[name] = value.isEmpty ? nil : value }
        return Guard.Question(method: method, path: path, query: query, headers: headers)
    }

    private static func status(_ verdict: Guard.Verdict) -> Int {
        switch verdict {
        case .pass: 200
        case .welcome: 303
        case .bounce: 0
        case .refuse(let status, _): status
        }
    }

    @Test(
        "Names by which it may be asked for",
        arguments: [
            ("127.0.0.1:8080", 200), ("localhost:8080", 200), ("LocalHost:8080", 200), ("[::1]:8080", 200),
            ("page.test", 200), ("page.test:8080", 200), ("evil.test:8080", 403), ("127.0.0.1", 403),
            ("127.0.0.1:80", 403), ("127.0.0.1:8080.evil.test", 403), ("", 403),
        ])
    func hosts(_ host: String, _ status: Int) {
        let headers: [String: [String]] = ["host": [host]]
        #expect(Self.status(Self.guardian.verdict(on: Self.question("GET", "/", headers))) == status)
        // The name comes first, whoever asks.
        let strange = Self.question("GET", "/", ["host": [host], "cookie": []], query: ["token": Self.secrets.token])
        #expect(Self.status(Self.guardian.verdict(on: strange)) == (status == 200 ? 303 : 403))
    }

    @Test("Without a name, or with two, nothing is answered")
    func oneHost() {
        #expect(Self.status(Self.guardian.verdict(on: Self.question("GET", "/", ["host": []]))) == 403)
        let two = Self.question("GET", "/", ["host": ["127.0.0.1:8080", "evil.test"]])
        #expect(Self.status(Self.guardian.verdict(on: two)) == 403)
    }

    @Test(
        "Who isn't known gets nothing",
        arguments: [nil, "streamllm-8080=wrong", "streamllm-8080=", "streamllm-9090=cookie-cookie-cookie", "x"])
    func cookies(_ cookie: String?) {
        for (method, path) in [("GET", "/"), ("GET", "/app.js"), ("GET", "/api/events"), ("POST", "/api/feedback")] {
            let question = Self.question(method, path, ["cookie": cookie.map { [$0] } ?? []])
            #expect(Self.status(Self.guardian.verdict(on: question)) == 401)
        }
    }

    @Test("The word opens the page, once it is in the address")
    func token() {
        let without: [String: [String]] = ["cookie": []]
        func status(_ method: String, _ path: String, _ word: String) -> Int {
            Self.status(Self.guardian.verdict(on: Self.question(method, path, without, query: ["token": word])))
        }
        #expect(status("GET", "/", Self.secrets.token) == 303)
        #expect(status("GET", "/", Self.secrets.token + "x") == 401)
        #expect(status("GET", "/", "") == 401)
        #expect(status("GET", "/", Self.secrets.cookie) == 401)
        #expect(status("GET", "/api/state", Self.secrets.token) == 401)
        #expect(status("POST", "/", Self.secrets.token) == 401)
        #expect(Self.guardian.setCookie == "streamllm-8080=cookie-cookie-cookie; Path=/; HttpOnly; SameSite=Strict")
    }

    @Test("A browser that was sent here by another page comes once more, from here")
    func bounce() {
        let from: [String: [String]] = ["cookie": [], "sec-fetch-site": ["cross-site"]]
        #expect(Self.guardian.verdict(on: Self.question("GET", "/", from)) == .bounce)
        #expect(Self.status(Self.guardian.verdict(on: Self.question("GET", "/api/state", from))) == 401)
        #expect(Self.status(Self.guardian.verdict(on: Self.question("POST", "/", from))) == 401)
    }

    @Test(
        "What writes comes from this page",
        arguments: [
            ([:], 200), (["origin": "https://page.test"], 200), (["origin": "http://evil.test"], 403),
            (["origin": "null"], 403), (["origin": nil], 403), (["origin": "http://127.0.0.1:9090"], 403),
            (["sec-fetch-site": "cross-site"], 403), (["sec-fetch-site": "same-site"], 403),
            (["sec-fetch-site": "none"], 403), (["sec-fetch-site": nil], 200),
            (["content-type": "text/plain"], 415), (["content-type": nil], 415),
            (["content-type": "application/x-www-form-urlencoded"], 415),
            (["content-type": "application/json; charset=utf-8"], 200), (["upgrade": "websocket"], 400),
        ] as [([String: String?], Int)])
    func writing(_ changes: [String: String?], _ status: Int) {
        let question = Self.question("POST", "/api/feedback", changes.mapValues { $0.map { [$0] } ?? [] })
        #expect(Self.status(Self.guardian.verdict(on: question)) == status)
    }

    @Test("What only reads may be asked for by the address bar, and by no other page")
    func reading() {
        for (site, status) in [("same-origin", 200), ("none", 200), ("cross-site", 403), ("same-site", 403)] {
            let question = Self.question("GET", "/api/session", ["sec-fetch-site": [site]])
            #expect(Self.status(Self.guardian.verdict(on: question)) == status)
        }
    }

    @Test("Other methods, and other protocols", arguments: ["PUT", "DELETE", "OPTIONS", "CONNECT", "TRACE", "PATCH"])
    func methods(_ method: String) {
        #expect(Self.status(Self.guardian.verdict(on: Self.question(method, "/"))) == 405)
        let upgrade = Self.question("GET", "/api/events", ["upgrade": ["websocket"], "connection": ["Upgrade"]])
        #expect(Self.status(Self.guardian.verdict(on: upgrade)) == 400)
    }
}

@Suite("Addresses and secrets of the page", .timeLimit(.minutes(1)))
struct ListenAddressTests {
    @Test(
        "An address as people write it",
        arguments: [
            ("127.0.0.1:8080", true), ("127.8.9.1:1", true), ("[::1]:8080", true), ("localhost:8080", true),
            ("unix:/tmp/page.sock", true), ("0.0.0.0:8080", false), ("192.168.1.5:80", false), ("[::]:8080", false),
            ("127.evil.test:80", false), ("127.0.0.1.evil.test:80", false),
        ])
    func local(_ text: String, _ isLocal: Bool) throws {
        let address = try #require(ListenAddress(text))
        #expect(address.isLocal == isLocal)
        #expect("\(address)" == text)
    }

    @Test(
        "What isn't one",
        arguments: [
            "", "8080", ":8080", "127.0.0.1", "::1:8080", "127.0.0.1:99999", "unix:page", "a b:80", "http://a:80",
        ])
    func bad(_ text: String) { #expect(ListenAddress(text) == nil) }

    private func withFolder(_ body: (String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.path + "/page-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try body(folder)
    }

    private static let address = ListenAddress.port(host: "127.0.0.1", 8080)

    @Test("Secrets outlive the program, for their owner alone")
    func kept() throws {
        try withFolder { folder in
            let first = try Secrets.kept(for: Self.address, tokenFile: nil, in: folder)
            let second = try Secrets.kept(for: Self.address, tokenFile: nil, in: folder)
            #expect(first.token == second.token && first.cookie == second.cookie && first.token != first.cookie)
            #expect(first.token.utf8.count == 64)
            let path = folder + "/" + Secrets.fileName(of: Self.address)
            let attributes = try FileManager.default.attributesOfItem(atPath: path)
            #expect(attributes[.posixPermissions] as? Int == 0o600)
            let other = try Secrets.kept(for: .port(host: "127.0.0.1", 8081), tokenFile: nil, in: folder)
            #expect(other.token != first.token)
        }
    }

    @Test("Half a file, and one that others can read, aren't believed")
    func damaged() throws {
        try withFolder { folder in
            let path = folder + "/" + Secrets.fileName(of: Self.address)
            try Data("short".utf8).write(to: URL(fileURLWithPath: path))
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
            let fresh = try Secrets.kept(for: Self.address, tokenFile: nil, in: folder)
            #expect(fresh.token.utf8.count == 64)
            try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
            #expect(throws: ExitStatus.self) { _ = try Secrets.kept(for: Self.address, tokenFile: nil, in: folder) }
        }
    }

    @Test(
        "A word of one's own stands in a file",
        arguments: [
            ("a-word-of-my-own\n", true), ("short", false), ("two words, long enough", false),
            ("an&-in-my-own-word", false), ("a%41-in-my-own-word", false),
        ])
    func tokenFile(_ text: String, _ isGood: Bool) throws {
        try withFolder { folder in
            let path = folder + "/token"
            try Data(text.utf8).write(to: URL(fileURLWithPath: path))
            try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
            #expect(throws: ExitStatus.self) { _ = try Secrets.kept(for: Self.address, tokenFile: path, in: folder) }
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
            if isGood {
                #expect(try Secrets.kept(for: Self.address, tokenFile: path, in: folder).token == "a-word-of-my-own")
            } else {
                #expect(throws: ExitStatus.self) {
                    _ = try Secrets.kept(for: Self.address, tokenFile: path, in: folder)
                }
            }
        }
    }
}
