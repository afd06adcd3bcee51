/// Following as a table: honest accidents and hostile publishers.
import Testing

@testable import Feed

@Suite("Following as a value", .timeLimit(.minutes(5)))
struct FollowingValueTests {
    typealias Step = (Happening, gives: [String])

    struct Row: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var cursors: [StreamCursor] = []
        var idleTimeout: Duration?
        let steps: [Step]

        init(
            _ name: String, cursors: [StreamCursor] = [], idleTimeout: Duration? = nil, _ steps: [Step]
        ) {
            testDescription = name
            self.cursors = cursors
            self.idleTimeout = idleTimeout
            self.steps = steps
        }
    }

    static let own = "00000000000000aa"

    /// A stream that was followed up to record 4, by another process.
    static func known(_ stream: String = "s", on endpoint: String = FollowingRig.endpoints[0]) -> StreamCursor {
        StreamCursor(stream: stream, endpoint: endpoint, next: 5, fingerprint: own, last: "00000000000000bb")
    }

    /// Goes live at record 3.
    static let live: [Step] = [
        (.control(control("s", next: 3)), ["began s", "ask s 1"]),
        (.answer(batch("s", 1...2, next: 3)), ["s 1...2", "ask s 3 with proof"]),
        (.answer(.nothing(stream: "s", next: 3)), []),
    ]

    static let ordinary: [Row] = [
        Row("a stream is fetched from its beginning, and goes on live", live + [(.live("s", 3...5), ["s 3...5"])]),
        Row(
            "a gap is asked for, with the last record as proof of where the follower is",
            live + [
                (.live("s", 3...3), ["s 3...3"]), (.live("s", 6...6), ["ask s 4 with proof"]),
                (.answer(batch("s", 4...6, next: 7)), ["s 4...6"]), (.live("s", 7...7), ["s 7...7"]),
            ]),
        Row(
            "time holds when everything before it is here",
            [
                (.control(control("s", next: 3, time: 42)), ["began s", "ask s 1"]),
                (.answer(batch("s", 1...2, next: 3)), ["s 1...2", "time s 42", "ask s 3 with proof"]),
            ]),
        Row(
            "streams of two endpoints, as far as each other, each prove their own",
            live + [
                (.live("s", 3...3), ["s 3...3"]),
                (.control(control("t", next: 3), on: 1), ["began t", "ask t 1"]),
                (.answer(batch("t", 1...2, next: 3), on: 1), ["t 1...2", "ask t 3 with proof"]),
                (.answer(.nothing(stream: "t", next: 3), on: 1), []), (.live("t", 3...3, on: 1), ["t 3...3"]),
                (.live("s", 5...5), ["ask s 4 with proof"]), (.live("t", 5...5, on: 1), ["ask t 4 with proof"]),
            ]),
        Row(
            "whoever takes the replay endpoint alone is asked nothing and believed nothing, until the publisher is back",
            live + [
                (.live("s", 6...6), ["ask s 3 with proof"]), (.disconnected, []),
                (.answer(batch("s", 3...6, next: 7)), []), (.answer(.gone(stream: "s", firstKept: 1000)), []),
                (.answer(.unknown(stream: "s")), []), (.wait(.seconds(20)), []), (.connected(), []),
                (.control(control("s", next: 7)), ["ask s 3 with proof"]),
                (.answer(batch("s", 3...6, next: 7)), ["s 3...6"]),
            ]),
        Row(
            "whoever doesn't answer is asked again ever more rarely, and at once when he has been heard",
            [
                (.control(control("s", next: 3)), ["began s", "ask s 1"]), (.wait(.seconds(2)), ["ask s 1"]),
                (.wait(.seconds(2)), []), (.control(control("s", next: 3)), ["ask s 1"]),
                (.wait(.seconds(1)), []), (.control(control("s", next: 3)), []),
            ]),
        Row(
            "an end is acknowledged with the last record as proof",
            live + [
                (.control(control("s", next: 3, ended: true)), ["ended s"]), (.acknowledge("s"), ["end s with proof"]),
            ]),
        Row(
            "until then its publisher is told that somebody has it and hasn't made it safe",
            live + [
                (.control(control("s", next: 3, ended: true)), ["ended s"]), (.wait(.seconds(1)), ["hold s"]),
                (.wait(.milliseconds(500)), []), (.wait(.milliseconds(500)), ["hold s"]),
                (.acknowledge("s"), ["end s with proof"]), (.wait(.seconds(5)), []),
            ]),
        Row(
            "a stream that has ended and comes back with more goes on where it was, once its publisher has shown that it is that stream",
            live + [
                (.control(control("s", next: 3, ended: true)), ["ended s"]), (.connected(), []),
                (.control(control("s", next: 5)), ["ask s 3 with proof"]),
                (.answer(batch("s", 3...4, next: 5)), ["began s", "s 3...4", "ask s 5 with proof"]),
            ]),
        Row(
            "a stream that had ended before this process began is announced when its publisher is there, and ends",
            cursors: [
                StreamCursor(
                    stream: "s", endpoint: FollowingRig.endpoints[0], next: 5, hasEnded: true, fingerprint: own,
                    last: "00000000000000bb")
            ],
            [
                (.control(control("s", next: 5, ended: true)), ["ask s 5 with proof"]),
                (.answer(.nothing(stream: "s", next: 5)), ["began s", "ended s"]),
                (.control(control("s", next: 5, ended: true)), []),
            ]),
        Row(
            "a publisher without numbers that was known is waited for only so long after a restart",
            cursors: [StreamCursor(stream: FollowingRig.endpoints[0], endpoint: FollowingRig.endpoints[0], next: 8)],
            idleTimeout: .seconds(1),
            [
                (.wait(.milliseconds(500)), []), (.wait(.milliseconds(600)), []),
                (.wait(.milliseconds(500)), ["idle tcp://127.0.0.1:5556"]),
                (.foreign("x"), ["tcp://127.0.0.1:5556 8...8"]),
            ]),
        Row(
            "a stream of an endpoint that nobody listens to any more counts as vanished after a while",
            cursors: [known(on: "tcp://127.0.0.1:7000")], idleTimeout: .seconds(1),
            [(.wait(.milliseconds(900)), []), (.wait(.milliseconds(200)), ["vanished s"])]),
        Row(
            "unless it turns up on another endpoint, where it goes on",
            cursors: [known(on: "tcp://127.0.0.1:7000")], idleTimeout: .seconds(1),
            [
                (.control(control("s", next: 6)), ["ask s 5 with proof"]),
                (.answer(batch("s", 5...5, next: 6)), ["began s", "s 5...5", "ask s 6 with proof"]),
                (.wait(.milliseconds(500)), []),
            ]),
        Row(
            "a stream that is left is asked for at whoever publishes there now, who is told nothing of it but its name",
            cursors: [known()],
            [
                (.control(control("t", next: 2)), ["began t", "ask s 5"]),
                (.answer(.unknown(stream: "s")), ["vanished s", "ask t 1"]),
            ]),
        Row(
            "and where silence has a limit, it has vanished when nothing has been heard of it for so long",
            cursors: [known()], idleTimeout: .seconds(1),
            [
                (.control(control("t", next: 2)), ["began t", "ask s 5"]),
                (.answer(.unknown(stream: "s")), ["ask t 1"]), (.wait(.milliseconds(600)), []),
                (.wait(.milliseconds(600)), ["idle s", "idle t"]),
                (.wait(.milliseconds(1)), ["vanished s"]),
            ]),
    ]

    @Test("follows", arguments: ordinary)
    func follows(_ row: Row) { check(row) }

    @Test("isn't fooled, and doesn't wait for ever", arguments: hostile)
    func resists(_ row: Row) { check(row) }

    private func check(_ row: Row) {
        var rig = FollowingRig(resuming: row.cursors, idleTimeout: row.idleTimeout)
        for (index, step) in row.steps.enumerated() {
            #expect(rig.run(step.0) == step.gives, "step \(index): \(step.0)")
        }
    }

    @Test("a stream that ends before where one wanted to begin has ended, and isn't refused")
    func beginsBehindTheEnd() {
        var rig = FollowingRig(from: .sequence(1000))
        #expect(rig.run(.control(control("s", next: 7, ended: true))) == ["began s", "ended s"])
    }

    @Test("no more streams are followed on an endpoint than there is room for, and the others go on")
    func manyStreams() {
        var rig = FollowingRig()
        var said: [String] = []
        for number in 0..<1000 { said += rig.run(.live("stream \(number)", 1...1)) }
        #expect(said.filter { $0.hasPrefix("began") }.count == FollowedEndpoint.streamsLimit)
        #expect(
            said.filter { $0.hasPrefix("ignored") } == [
                "ignored: more than 256 streams are open here; nothing is taken from further ones"
            ])
        #expect(rig.run(.live("stream 7", 2...2)) == ["stream 7 2...2"])
    }

    @Test("who wants messages takes no workspace, whoever announces it, and says so once")
    func workspaces() {
        let name = WorkspaceName.new()
        var rig = FollowingRig(takesWorkspaces: false)
        let said = rig.run(.control(control(name, next: 2, fingerprint: "e"))) + rig.run(.live(name, 1...2))
        #expect(said.count == 1)
        #expect(said.first?.hasPrefix("ignored: stream \(name) is a consumer's workspace, and not messages") == true)
        #expect(rig.run(.live("workspace-17", 1...1)).contains("workspace-17 1...1"))
        var other = FollowingRig()
        #expect(other.run(.live(name, 1...1)).contains("\(name) 1...1"))
    }

    @Test("streams of somebody who was there for a while make room for those of the publisher that comes then")
    func roomAfterAStranger() {
        var rig = FollowingRig()
        for number in 0..<FollowedEndpoint.streamsLimit {
            _ = rig.run(.control(control("evil \(number)", next: 2, fingerprint: "e")))
        }
        #expect(
            rig.run(.control(control("s", next: 3, fingerprint: "f"))) == [
                "ignored: more than 256 streams are open here; nothing is taken from further ones"
            ])
        _ = rig.run(.connected())
        let said = rig.run(.control(control("s", next: 3, fingerprint: "f")))
        #expect(said.contains("began s"), "\(said)")
        // Each that comes makes room for itself alone.
        #expect(said.count { $0.hasPrefix("vanished") } == 1, "\(said)")
    }

    @Test("a flood of control messages is passed over, and said once; records go on, and control is heard again")
    func controlFlood() {
        var rig = FollowingRig()
        #expect(rig.run(.live("s", 1...1)) == ["began s", "s 1...1"])
        let limit = FollowedEndpoint.controlPerSecond
        var said: [String] = []
        for _ in 1...limit { said += rig.run(.control(control("s", next: 2))) }
        #expect(said == ["ask s 2 with proof"])
        #expect(
            rig.run(.control(control("s", next: 2, ended: true))) == [
                "ignored: more than 1024 control messages a second come from here; the rest is passed over"
            ])
        #expect(rig.run(.live("s", 2...3)) == ["s 2...3"])
        #expect(rig.run(.wait(.milliseconds(1))) == [])
        #expect(rig.run(.control(control("s", next: 4, ended: true))) == ["ended s"])
    }

    @Test("records of a stream that there is no room for don't keep control from being heard")
    func unknownFlood() {
        var rig = FollowingRig()
        #expect(rig.run(.live("s", 1...1)) == ["began s", "s 1...1"])
        #expect(rig.run(.room(false)).filter { $0.hasPrefix("ignored") } == [])
        let flood = UInt64(2 * FollowedEndpoint.controlPerSecond)
        #expect(rig.run(.live("unknown", 1...flood)).isEmpty)
        _ = rig.run(.room(true))
        #expect(rig.run(.live("unknown", (flood + 1)...(flood + 1))).contains("began unknown"))
        for number in 2..<FollowedEndpoint.streamsLimit { _ = rig.run(.live("stream \(number)", 1...1)) }
        _ = rig.run(.live("one too many", 1...flood))
        #expect(rig.run(.control(control("s", next: 2, ended: true))).contains("ended s"))
    }

    @Test("however many replay endpoints are named, few are connected to")
    func manyReplayEndpoints() {
        var rig = FollowingRig()
        var open = 0
        for number in 0..<2000 {
            for word in rig.run(.control(control("s\(number % 200)", next: 5, replay: "tcp://127.0.0.1:\(1 + number)")))
            {
                if word.hasPrefix("connect") { open += 1 }
                if word.hasPrefix("close") { open -= 1 }
            }
            #expect(open <= Questions.connectionsLimit)
        }
    }

    @Test("a batch of line feeds comes in pieces")
    func lineFeeds() {
        var rig = FollowingRig()
        _ = rig.run(.control(control("s", next: 40_002)))
        let answer = ReplayAnswer.batch(
            stream: "s", first: 1, next: 40_002, lines: [UInt8](repeating: 0x0A, count: 40_000))
        let words = rig.run(.answer(answer)).filter { $0.hasPrefix("s ") }
        #expect(words == ["s 1...16384", "s 16385...32768", "s 32769...40001"])
    }

    @Test(
        "what a publisher without numbers sends while there is no room is taken up to a limit, and then counted as lost"
    )
    func foreignWithoutRoom() {
        var rig = FollowingRig()
        _ = rig.run(.foreign("x"))
        _ = rig.run(.room(false))
        let megabyte = String(repeating: "x", count: 1 << 20)
        var words: [String] = []
        for _ in 0..<6 { words += rig.run(.foreign(megabyte)) }
        #expect(
            words.filter { $0.hasPrefix("lost") } == ["lost tcp://127.0.0.1:5556 1", "lost tcp://127.0.0.1:5556 1"])
        #expect(rig.run(.room(true)) == [])
        #expect(rig.run(.foreign("x")) == ["tcp://127.0.0.1:5556 8...8"])
    }
}
