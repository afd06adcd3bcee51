/// Where a publisher may have itself asked, and endpoints that are one.
import Testing

@testable import Feed

@Suite("Replay addresses", .timeLimit(.minutes(5)))
struct ReplayAddressTests {
    /// What a publisher names, where its records come from, and where it is asked; nil: nowhere.
    static let table: [(said: String, live: String, asked: String?)] = [
        ("tcp://127.0.0.1:5557", "tcp://127.0.0.1:5556", "tcp://127.0.0.1:5557"),
        ("tcp://127.0.0.1:5557", "tcp://localhost:5556", "tcp://127.0.0.1:5557"),
        ("tcp://0.0.0.0:5557", "tcp://bank-7:5556", "tcp://bank-7:5557"),
        ("tcp://*:5557", "tcp://10.0.0.7:5556", "tcp://10.0.0.7:5557"),
        ("tcp://[::]:5557", "tcp://[::1]:5556", "tcp://[::1]:5557"),
        ("tcp://[::1]:5557", "tcp://[::1]:5556", "tcp://[::1]:5557"),
        // A name's address isn't looked up; the name is what is connected to.
        ("tcp://10.0.0.7:5557", "tcp://bank-7:5556", "tcp://bank-7:5557"),
        ("tcp://10.0.0.8:5557", "tcp://10.0.0.7:5556", nil),
        ("tcp://elsewhere.invalid:5557", "tcp://127.0.0.1:5556", nil),
        ("tcp://10.0.0.8:5557", "tcp://127.0.0.1:5556", nil),
        ("ipc:///run/a/replay", "ipc:///run/a/live", "ipc:///run/a/replay"),
        ("ipc:///run/b/replay", "ipc:///run/a/live", nil), ("ipc:///a b/r", "ipc:///a b/l", "ipc:///a b/r"),
        ("ipc:///run/a/../b/replay", "ipc:///run/a/live", nil),
        ("ipc:///run/a/replay", "tcp://127.0.0.1:5556", nil),
        ("tcp://127.0.0.1:5557", "ipc:///run/a/live", "tcp://127.0.0.1:5557"),
        ("tcp://10.0.0.7:5557", "ipc:///run/a/live", nil),
        ("", "tcp://127.0.0.1:5556", nil), ("garbage", "tcp://127.0.0.1:5556", nil),
        ("tcp://127.0.0.1", "tcp://127.0.0.1:5556", nil), ("tcp://127.0.0.1:0", "tcp://127.0.0.1:5556", nil),
        ("tcp://127.0.0.1:99999", "tcp://127.0.0.1:5556", nil), ("tcp://127.0.0.1:1\0x", "tcp://127.0.0.1:5556", nil),
        ("tcp://no such host:1", "tcp://127.0.0.1:5556", nil), ("udp://127.0.0.1:1", "tcp://127.0.0.1:5556", nil),
        ("inproc://x", "tcp://127.0.0.1:5556", nil), ("pgm://lo;239.0.0.1:1", "tcp://127.0.0.1:5556", nil),
        ("ipc:///" + String(repeating: "x", count: 400), "ipc:///x", nil),
    ]

    @Test("are on the host, or in the folder, that records come from", arguments: table)
    func resolves(_ said: String, _ live: String, _ asked: String?) {
        #expect((try? ReplayAddress.resolve(said, from: live)) == asked)
    }

    @Test(
        "a name to bind to is an address by then; all else stays as it is",
        arguments: [
            ("tcp://localhost:5556", "5556"), ("tcp://localhost:*", "*"),
        ])
    func names(_ text: String, _ port: String) {
        #expect(["tcp://127.0.0.1:\(port)", "tcp://[::1]:\(port)"].contains(Endpoint.toBind(text)))
        for same in [
            "tcp://*:\(port)", "tcp://127.0.0.1:\(port)", "tcp://[::1]:\(port)", "tcp://lo:\(port)", "ipc:///a",
            "tcp://no-such-host.invalid:\(port)", "tcp://:\(port)", "x",
        ] { #expect(Endpoint.toBind(same) == same) }
    }

    @Test("an endpoint that is given twice is one, however it is spelled")
    func distinct() {
        let given = [
            "tcp://127.0.0.1:5556", "tcp://localhost:5556", "tcp://127.0.0.1:5556", "tcp://[::1]:5556", "ipc:///a",
            "ipc:///a",
            "tcp://127.0.0.1:5557", "tcp://BANK:1", "tcp://bank:1", "tcp://127.1:5556", "tcp://2130706433:5556",
            "tcp://[0:0::1]:5556", "ipc:////a", "ipc:///./a", "ipc:///tmp/../a", "ipc://@a", "ipc://@a", "ipc://@/a",
            "ipc:///not/there", "ipc:///not/../there",
        ]
        #expect(
            Endpoint.distinct(given) == [
                "tcp://127.0.0.1:5556", "tcp://[::1]:5556", "ipc:///a", "tcp://127.0.0.1:5557", "tcp://BANK:1",
                "ipc://@a", "ipc://@/a", "ipc:///not/there", "ipc:///not/../there",
            ])
    }
}
