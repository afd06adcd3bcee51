/// What publishers may do that aren't what they should be.

extension FollowingValueTests {
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
                        "ignored: stream s, or one whose name looks the same, comes from tcp://127.0.0.1:5556 already, and what is published here under this name isn't taken. Give each producer a --stream-id of its own"
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
                        "ignored: stream s, or one whose name looks the same, comes from tcp://127.0.0.1:5556 already, and what is published here under this name isn't taken. Give each producer a --stream-id of its own"
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
                        "ignored: stream e\u{301}, or one whose name looks the same, comes from tcp://127.0.0.1:5556 already, and what is published here under this name isn't taken. Give each producer a --stream-id of its own"
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
                        "ignored: stream e\u{301}, or one whose name looks the same, comes from tcp://127.0.0.1:5556 already, and what is published here under this name isn't taken. Give each producer a --stream-id of its own"
                    ]
                )
            ]),
        Row(
            "no numbered stream has an endpoint's name: it is that of who publishes there without numbers",
            [
                (
                    .control(control("tcp://127.0.0.1:5556", next: 9)),
                    [
                        "ignored: stream tcp://127.0.0.1:5556, or one whose name looks the same, comes from tcp://127.0.0.1:5556 already, and what is published here under this name isn't taken. Give each producer a --stream-id of its own"
                    ]
                ), (.live("tcp://127.0.0.1:5556", 1...1), []),
                (
                    .live("tcp://127.0.0.1:5556", 1...1, on: 1),
                    [
                        "ignored: stream tcp://127.0.0.1:5556, or one whose name looks the same, comes from tcp://127.0.0.1:5556 already, and what is published here under this name isn't taken. Give each producer a --stream-id of its own"
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
            "a listener that says nothing is told of, once",
            [
                (
                    .silent,
                    [
                        "ignored: whoever listens here doesn't answer as a publisher does: it may be another program, a publisher that is stopped, or one whose key isn't the one that is known; connecting again and again"
                    ]
                ),
                (.silent, []), (.control(control("s", next: 3)), ["began s", "ask s 1"]),
            ]),
        Row(
            "so is one that speaks another protocol",
            [
                (
                    .givenUp,
                    [
                        "ignored: whoever listens here sends what isn't ZeroMQ's protocol, or more in one message than is taken; connecting again and again"
                    ]
                ),
                (.givenUp, []), (.control(control("s", next: 3)), ["began s", "ask s 1"]),
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
            "a replay endpoint where nobody answers is told of, once",
            [
                (.control(control("s", next: 9)), ["began s", "ask s 1"]), (.wait(.seconds(2)), ["ask s 1"]),
                (.wait(.seconds(4)), ["ask s 1"]), (.wait(.seconds(8)), ["ask s 1"]),
                (
                    .wait(.seconds(10)),
                    [
                        "ignored: nobody has answered at the replay endpoint tcp://127.0.0.1:5557 for 15 s; streams wait for records that only it can give. Something between may block that port, or another program has it; asking again and again",
                        "ask s 1",
                    ]
                ),
                (.wait(.seconds(10)), ["ask s 1"]),
            ]),
        Row(
            "one that answers in between isn't",
            [
                (.control(control("s", next: 9)), ["began s", "ask s 1"]), (.wait(.seconds(2)), ["ask s 1"]),
                (.wait(.seconds(4)), ["ask s 1"]), (.wait(.seconds(7)), []),
                (.answer(.nothing(stream: "s", next: 9)), ["ask s 1"]), (.wait(.seconds(2)), ["ask s 1"]),
                (.wait(.seconds(4)), ["ask s 1"]),
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
}
