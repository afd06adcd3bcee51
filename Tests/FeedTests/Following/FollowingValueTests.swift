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

    private static let own = "00000000000000aa"

    /// A stream that was followed up to record 4, by another process.
    private static func known(_ stream: String = "s", on endpoint: String = FollowingRig.endpoints[0]) -> StreamCursor {
        StreamCursor(stream: stream, endpoint: endpoint, next: 5, fingerprint: own, last: "00000000000000bb")
    }

    /// Goes live at record 3.
    private static let live: [Step] = [
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
            "an end is acknowledged with the last record as proof",
            live + [
                (.control(control("s", next: 3, ended: true)), ["ended s"]), (.acknowledge("s"), ["end s with proof"]),
            ]),
        Row(
            "a stream that has ended and comes back with more goes on where it was, once its publisher has shown that it is that stream",
            live + [
                (.control(control("s", next: 3, ended: true)), ["ended s"]), (.connected(), []),
                (.control(control("s", next: 5)), ["ask s 3 with proof"]),
                (.answer(batch("s", 3...4, next: 5)), ["began s", "s 3...4", "ask s 5 with proof"]),
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

    static let hostile: [Row] = [
        Row(
            "records on a new connection aren't taken before its publisher has shown that it has the stream",
            live + [
                (.live("s", 3...3), ["s 3...3"]), (.connected(), []), (.live("s", 4...9), []),
                (.connected(), []), (.control(control("s", next: 5)), ["ask s 4 with proof"]), (.live("s", 5...5), []),
                (.answer(batch("s", 4...5, next: 6)), ["s 4...5"]), (.live("s", 6...6), ["s 6...6"]),
            ]),
        Row(
            "a publisher that has another record where the follower is, is refused, asked again later, and taken when it has the right one",
            live + [
                (.connected(), []), (.control(control("s", next: 9)), ["ask s 3 with proof"]),
                (.answer(.other(stream: "s")), ["refused s: its record 2 isn't what it was"]),
                (.control(control("s", next: 9)), []), (.live("s", 3...3), []), (.wait(.seconds(11)), []),
                (.control(control("s", next: 9)), ["ask s 3 with proof"]), (.answer(.other(stream: "s")), []),
                (.connected(), []), (.control(control("s", next: 4)), ["ask s 3 with proof"]),
                (.answer(batch("s", 3...3, next: 4)), ["began s", "s 3...3"]),
            ]),
        Row(
            "another first record is refused, and so is a publisher that doesn't say what it is any more",
            live + [
                (
                    .control(control("s", next: 9, fingerprint: "other")),
                    ["refused s: its first record isn't what it was"]
                ),
                (
                    .control(control("s", next: 9, fingerprint: nil)),
                    ["refused s: its publisher doesn't say any more what its first record is"]
                ),
                (.live("s", 3...3), []),
            ]),
        Row(
            "what was said to be gone isn't lost when the publisher turns out to keep it",
            live + [
                (.control(control("s", next: 1001)), ["ask s 3 with proof"]),
                (.answer(.gone(stream: "s", firstKept: 1000)), ["ask s 1000"]), (.connected(), []),
                (.control(control("s", next: 5)), ["ask s 1000"]),
                (.answer(.nothing(stream: "s", next: 5)), ["ask s 3 with proof"]),
                (.answer(batch("s", 3...4, next: 5)), ["s 3...4"]),
            ]),
        Row(
            "nor when it has ended with what it keeps",
            live + [
                (.control(control("s", next: 2000, first: 1000)), ["ask s 3 with proof"]),
                (.answer(.gone(stream: "s", firstKept: 1000)), ["ask s 1000"]), (.connected(), []),
                (.control(control("s", next: 5, ended: true)), ["ask s 1000"]),
                (.answer(.nothing(stream: "s", next: 5)), ["ask s 3 with proof"]),
                (.answer(batch("s", 3...4, next: 5)), ["s 3...4", "ended s"]),
            ]),
        Row(
            "a publisher that doesn't know the stream that it announces isn't believed again and again",
            [
                (.control(control("s", next: 3)), ["began s", "ask s 1"]),
                (.answer(.unknown(stream: "s")), ["lost s 2", "vanished s"]), (.control(control("s", next: 3)), []),
                (.connected(), []), (.control(control("s", next: 3)), ["began s", "ask s 1"]),
            ]),
        Row(
            "what is gone counts as lost when a record behind it has come",
            live + [
                (.control(control("s", next: 10, first: 8)), ["ask s 3 with proof"]),
                (.answer(.gone(stream: "s", firstKept: 8)), ["ask s 8"]),
                (.answer(batch("s", 8...9, next: 10)), ["lost s 5", "s 8...9"]),
            ]),
        Row(
            "numbers that can't be counted up don't end the process",
            [
                (.control(control("s", next: 1 << 61)), ["began s", "ask s 1"]),
                (.answer(.gone(stream: "s", firstKept: (1 << 62) - 1)), ["ask s \((1 << 62) - 1)"]),
                (.answer(.unknown(stream: "s")), ["lost s \((1 << 62) - 2)", "vanished s"]),
            ]),
        Row(
            "the same stream on a second endpoint is refused there, and said once",
            live + [
                (
                    .control(control("s", next: 9), on: 1),
                    [
                        "ignored: stream s comes from tcp://127.0.0.1:5556 already, and what is published here under its name isn't taken. Give each producer a --stream-id of its own"
                    ]
                ),
                (.control(control("s", next: 9), on: 1), []), (.live("s", 3...3, on: 1), []),
                (.live("s", 3...3), ["s 3...3"]),
            ]),
        Row(
            "also after a restart",
            cursors: [known()],
            [
                (
                    .control(control("s", next: 9), on: 1),
                    [
                        "ignored: stream s comes from tcp://127.0.0.1:5556 already, and what is published here under its name isn't taken. Give each producer a --stream-id of its own"
                    ]
                )
            ]),
        Row(
            "of two ids that look the same and aren't, the first has the name",
            [
                (.control(control("\u{E9}", next: 3)), ["began \u{E9}", "ask \u{E9} 1"]),
                (
                    .control(control("e\u{301}", next: 9)),
                    [
                        "ignored: stream e\u{301} comes from tcp://127.0.0.1:5556 already, and what is published here under its name isn't taken. Give each producer a --stream-id of its own"
                    ]
                ), (.live("e\u{301}", 1...1), []),
                (.answer(batch("\u{E9}", 1...2, next: 3)), ["\u{E9} 1...2", "ask \u{E9} 3 with proof"]),
            ]),
        Row(
            "so it is after a restart",
            cursors: [known("\u{E9}")],
            [
                (
                    .live("e\u{301}", 1...1),
                    [
                        "ignored: stream e\u{301} comes from tcp://127.0.0.1:5556 already, and what is published here under its name isn't taken. Give each producer a --stream-id of its own"
                    ]
                )
            ]),
        Row(
            "no numbered stream has an endpoint's name: it is that of who publishes there without numbers",
            [
                (
                    .control(control("tcp://127.0.0.1:5556", next: 9)),
                    [
                        "ignored: stream tcp://127.0.0.1:5556 comes from tcp://127.0.0.1:5556 already, and what is published here under its name isn't taken. Give each producer a --stream-id of its own"
                    ]
                ), (.live("tcp://127.0.0.1:5556", 1...1), []),
                (
                    .live("tcp://127.0.0.1:5556", 1...1, on: 1),
                    [
                        "ignored: stream tcp://127.0.0.1:5556 comes from tcp://127.0.0.1:5556 already, and what is published here under its name isn't taken. Give each producer a --stream-id of its own"
                    ]
                ),
            ]),
        Row(
            "an answer that nobody asked for leaves another stream's question as it is",
            [
                (.control(control("s", next: 3)), ["began s", "ask s 1"]),
                (.control(control("t", next: 3)), ["began t"]), (.answer(.nothing(stream: "t", next: 3)), []),
                (.answer(.unknown(stream: "t")), []), (.answer(batch("t", 1...2, next: 3)), []),
                (.answer(batch("s", 1...2, next: 3)), ["s 1...2", "ask t 1"]),
            ]),
        Row(
            "a batch from another number than was asked for isn't taken, nor is one of more than there is",
            [
                (.control(control("s", next: 9)), ["began s", "ask s 1"]), (.answer(batch("s", 2...3, next: 9)), []),
                (.answer(batch("s", 1...8, next: 5)), ["ask s 1"]),
            ]),
        Row(
            "a replay endpoint elsewhere refuses the stream, and others go on",
            live + [
                (
                    .control(control("t", next: 3, replay: "tcp://10.0.0.1:80")),
                    ["began t", "refused t: its replay endpoint is on another host", "ask s 3 with proof"]
                ),
                (.live("s", 3...3), ["s 3...3"]),
            ]),
        Row(
            "so does one that can't be connected to",
            [
                (.control(control("s", next: 3)), ["began s", "ask s 1"]),
                (.unreachable, ["refused s: its replay endpoint can't be used"]),
            ]),
        Row(
            "control that can't be read is said once",
            [
                (
                    .frames([Array("control".utf8), Array("{".utf8), []]),
                    ["ignored: control messages that can't be read are passed over"]
                ),
                (.frames([Array("control".utf8), [UInt8](repeating: 0x5B, count: 100_000), []]), []),
            ]),
        Row(
            "answers that bring nothing aren't asked for again at once, for ever",
            [
                (.control(control("s", next: 9)), ["began s", "ask s 1"]),
                (.answer(.nothing(stream: "s", next: 9)), ["ask s 1"]), (.answer(.nothing(stream: "s", next: 9)), []),
                (.wait(.milliseconds(21)), ["ask s 1"]), (.answer(.nothing(stream: "s", next: 9)), []),
                (.wait(.milliseconds(21)), []), (.wait(.milliseconds(21)), ["ask s 1"]),
            ]),
        Row(
            "a question that isn't answered is asked again, later each time",
            [
                (.control(control("s", next: 9)), ["began s", "ask s 1"]), (.wait(.seconds(1)), []),
                (.wait(.seconds(1)), ["ask s 1"]), (.wait(.seconds(3)), []), (.wait(.seconds(1)), ["ask s 1"]),
            ]),
        Row(
            "one that couldn't be sent is tried again soon",
            [
                (.control(control("s", next: 9)), ["began s", "ask s 1"]), (.unsent, []),
                (.wait(.milliseconds(20)), ["ask s 1"]),
            ]),
        Row(
            "while there is no room records are passed over, and publishers hear that the follower is there",
            live + [
                (.room(false), []), (.live("s", 3...9), []), (.wait(.seconds(1)), ["hold s"]),
                (.control(control("s", next: 10, time: 5)), []), (.room(true), ["ask s 3 with proof"]),
                (.answer(batch("s", 3...9, next: 10)), ["s 3...9", "time s 5"]),
            ]),
        Row(
            "a publisher that changes its replay endpoint is followed there, and the old one is left",
            live + [
                (
                    .control(control("s", next: 3, replay: "tcp://127.0.0.1:9")),
                    []
                ),
                (.live("s", 5...5), ["connect tcp://127.0.0.1:9", "ask s 3 with proof"]),
                (
                    .control(control("s", next: 6, replay: "tcp://127.0.0.1:10")),
                    ["close tcp://127.0.0.1:9", "connect tcp://127.0.0.1:10", "ask s 3 with proof"]
                ),
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
        for number in 0..<2000 { said += rig.run(.live("stream \(number)", 1...1)) }
        #expect(said.filter { $0.hasPrefix("began") }.count == FollowedEndpoint.streamsLimit)
        #expect(
            said.filter { $0.hasPrefix("ignored") } == [
                "ignored: more than 256 streams are open here; nothing is taken from further ones"
            ])
        #expect(rig.run(.live("stream 7", 2...2)) == ["stream 7 2...2"])
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
