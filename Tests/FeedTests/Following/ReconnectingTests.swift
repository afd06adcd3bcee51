/// Connections that libzmq gives up.
import Testing
import TestSupport
import Threads
import ZeroMQ

@testable import Feed

@Suite("Connections that are given up", .timeLimit(.minutes(5)))
struct ReconnectingTests {
    /// What happens at which second, and whether it is to be connected anew at the last one.
    static let table: [(String, [(Double, ConnectionEvent?)], Bool)] = [
        ("a connection that stays", [(0, .made), (100, nil)], false),
        ("one that breaks off and is tried again", [(0, .made), (5, .ended), (5, .retried), (100, nil)], false),
        ("one that is given up", [(0, .made), (5, .ended), (6, nil)], true),
        ("not at once", [(0, .made), (5, .ended), (5.9, nil)], false),
        ("one that was never made", [(1, .ended), (2, nil)], true),
        ("one that is tried again somewhat later", [(0, .made), (5, .ended), (5.5, .retried), (7, nil)], false),
    ]

    @Test("are connected anew, others aren't", arguments: table.indices)
    func due(_ row: Int) {
        let (name, events, expected) = Self.table[row]
        let start = ContinuousClock.now
        var reconnecting = Reconnecting()
        var isDue = false
        for (second, event) in events {
            let now = start + .seconds(second)
            if let event { reconnecting.note(event, at: now) }
            isDue = reconnecting.isDue(at: now)
        }
        #expect(isDue == expected, "\(name)")
    }

    /// What a stranger says to whoever connects.
    static let greetings: [(String, [UInt8])] = [
        ("zeros", [UInt8](repeating: 0, count: 200)),
        ("another mechanism", greeting("CURVE")),
        (
            "a frame that is too large",
            greeting("NULL") + ready + [0x02, 0, 0, 1, 0, 0, 0, 0, 0] + [UInt8](repeating: 0, count: 100)
        ),
    ]

    /// How ZMTP 3.1 begins (https://rfc.zeromq.org/spec/37/).
    private static func greeting(_ mechanism: String) -> [UInt8] {
        [0xFF, 0, 0, 0, 0, 0, 0, 0, 1, 0x7F, 3, 1] + Array(mechanism.utf8)
            + [UInt8](repeating: 0, count: 20 - mechanism.utf8.count + 32)
    }

    private static let ready =
        Array("\u{04}\u{19}\u{05}READY\u{0B}Socket-Type".utf8) + [0, 0, 0, 3] + Array("PUB".utf8)

    @Test(
        "whatever a stranger has said who had the port, the right publisher is heard when it comes",
        arguments: greetings.indices)
    func strangerFirst(_ row: Int) throws {
        let context = try FeedContext(keys: nil)
        let folder = try TemporaryFolder()
        let endpoint = folder.endpoint("in")
        var stranger: RawListener? = try RawListener(endpoint)
        let wakeup = try Wakeup()
        let follower = try Follower(endpoints: [endpoint], from: .beginning, in: context)
        var deliveries: [Delivery] = []
        // It is heard to its end before it leaves.
        while stranger?.serve(Self.greetings[row].1) == false {
            try follower.poll(milliseconds: 20, wakeup: wakeup, into: &deliveries)
        }
        stranger = nil
        var publisher = try FeedSocket.live(in: context)
        try publisher.bind(endpoint)
        while !deliveries.contains(where: { if case .records = $0 { true } else { false } }) {
            _ = try publisher.send(Array("a stranger's message".utf8), more: false)
            try follower.poll(milliseconds: 20, wakeup: wakeup, into: &deliveries)
        }
    }
}
