/// Who is let in.
import Access
import Testing
import ZeroMQ

@Suite("Who is let in", .timeLimit(.minutes(1)))
struct AccessDeskTests {
    private static let keys = (0..<8).map { number in Self.key(UInt8(number)) }

    private static func key(_ byte: UInt8) -> CurveKey {
        // 32 bytes are a key, whatever they are.
        guard let key = CurveKey([UInt8](repeating: byte, count: 32)) else { preconditionFailure("32 bytes are a key") }
        return key
    }

    /// Key 0 is the program's own; the others have one right each, and key 6 has none. Key 7 isn't known.
    private static var ring: Keyring {
        var clients: [CurveKey: Keyring.Client] = [:]
        for (index, right) in Right.allCases.enumerated() {
            clients[keys[index + 1]] = Keyring.Client(name: right.rawValue, rights: [right])
        }
        clients[keys[6]] = Keyring.Client(name: "nothing", rights: [])
        return Keyring(own: CurveKeyPair(publicKey: keys[0], secretKey: key(99)), clients: clients)
    }

    private static func request(_ point: String, _ mechanism: String, _ credentials: [UInt8]...) -> [[UInt8]] {
        ["1.0", "7", point, "192.0.2.7", "", mechanism].map { Array($0.utf8) } + credentials
    }

    @Test(
        "A key's right opens the sockets that it is for, and no other",
        arguments: AccessPoint.allCases, Right.allCases)
    func rights(_ point: AccessPoint, _ right: Right) {
        let opens: [AccessPoint: Set<Right>] = [
            .live: [.read, .tokens], .replay: [.resume], .feedback: [.feedback], .results: [.publish],
        ]
        let index = Right.allCases.firstIndex(of: right).map { $0 + 1 } ?? 7
        let (frames, verdict) = AccessDesk(Self.ring).answer(
            Self.request(point.rawValue, "CURVE", Self.keys[index].bytes))
        let isOpen = opens[point]?.contains(right) == true
        #expect(verdict == (isOpen ? .admitted(name: right.rawValue) : .denied(.noRight(name: right.rawValue))))
        let texts = frames.map { String(decoding: $0, as: UTF8.self) }
        #expect(
            texts
                == (isOpen ? ["1.0", "7", "200", "OK", right.rawValue, ""] : ["1.0", "7", "400", "No access", "", ""]))
    }

    @Test("The program itself may all", arguments: AccessPoint.allCases)
    func itself(_ point: AccessPoint) {
        let verdict = AccessDesk(Self.ring).answer(Self.request(point.rawValue, "CURVE", Self.keys[0].bytes)).verdict
        #expect(verdict == .admitted(name: "me"))
        #expect(Self.ring.rights(of: "me") == Set(Right.allCases))
        #expect(Self.ring.rights(of: "somebody") == [])
    }

    @Test(
        "Nobody else is let in",
        arguments: [
            (request("streamllm.live", "CURVE", keys[7].bytes), .unknownKey),
            (request("streamllm.live", "CURVE", keys[6].bytes), .noRight(name: "nothing")),
            (request("streamllm.live", "NULL"), .noKey), (request("streamllm.live", "PLAIN", [65], [66]), .noKey),
            (request("streamllm.live", "GSSAPI", [65]), .noKey), (request("streamllm.live", "CURVE"), .noRequest),
            (request("streamllm.live", "CURVE", [1, 2, 3]), .noRequest),
            (request("streamllm.live", "CURVE", keys[1].bytes, []), .noRequest),
            (request("", "CURVE", keys[1].bytes), .noRequest), (request("global", "CURVE", keys[1].bytes), .noRequest),
            ([], .noRequest), ([Array("1.0".utf8)], .noRequest),
            (Array(repeating: Array("2.0".utf8), count: 7), .noRequest),
        ] as [([[UInt8]], AccessDesk.Denial)])
    func denied(_ request: [[UInt8]], _ denial: AccessDesk.Denial) {
        let (frames, verdict) = AccessDesk(Self.ring).answer(request)
        #expect(verdict == .denied(denial))
        #expect(frames.count == 6 && frames[2] != Array("200".utf8) && frames[4].isEmpty)
    }

    @Test(
        "A server is known by its endpoint, by its host, or because there is no other",
        arguments: [
            ("tcp://a:1", ["a", "b"], "a"), ("tcp://b:1", ["a", "b"], "b"), ("tcp://c:1", ["a", "b"], nil),
            ("tcp://c:1", ["a"], "a"), ("tcp://c:1", ["a@tcp://b:1"], nil), ("tcp://b:1", ["a@tcp://b:1", "b"], "a"),
            ("tcp://eth0;b:1", ["a", "b"], "b"), ("tcp://b:2", ["a@tcp://b:1", "b"], "b"), ("tcp://c:1", [], nil),
        ] as [(String, [String], String?)])
    func servers(_ endpoint: String, _ servers: [String], _ name: String?) {
        let known = servers.enumerated().map { index, text in
            let parts = text.split(separator: "@").map(String.init)
            return Keyring.Server(
                name: parts[0], key: Self.keys[index + 1], endpoints: Set(parts.dropFirst()))
        }
        let ring = Keyring(own: Self.ring.own, servers: known)
        #expect(ring.server(at: endpoint)?.name == name)
    }
}
