/// What a publisher or a follower may send: control, questions and answers.
import Feed

extension FuzzTarget {
    static let control = FuzzTarget(
        "control",
        words: [
            "\"stream\"", "\"first\"", "\"next\"", "\"event_time_ms\"", "\"replay\"", "\"speed\"", "\"ended\"",
            "\"complete\"", "\"fingerprint\"", "null", "true", "4611686018427387903", "1125899906842624", "1e308",
            "\\ud83d\\ude00", "tcp://*:1",
        ]
    ) {
        [
            Control(stream: "chats", first: 1, next: 1, replay: "tcp://127.0.0.1:5557"),
            Control(
                stream: "é", first: 1 << 40, next: 1 << 61, eventTime: -5, replay: "tcp://*:5557", speed: 2.5,
                ended: true, complete: false, fingerprint: "0123456789abcdef"),
        ].map(\.json)
    } reader: {
        .direct { input in
            guard let control = Control(json: Array(input)) else { return nil }
            // Sums of these are made without looking again.
            try Finding.unless(1...control.next ~= control.first && control.next < 1 << 62, "numbers: \(control)")
            try Finding.unless((control.eventTime?.magnitude ?? 0) < 1 << 50, "a time: \(control)")
            try Finding.unless(1...Position.streamLimit ~= control.stream.utf8.count, "a stream: \(control)")
            let written = control.json
            let again = Control(json: written)
            try Finding.unless(again == control, "control isn't read back: \(written.shown)")
            try Finding.unless(again?.json == written, "control is written in two ways: \(written.shown)")
            return written
        }
    }

    static let request = FuzzTarget("request", words: ["\u{05}FETCH", "\u{04}HOLD", "\u{03}END"]) {
        let requests: [ReplayRequest] = [
            .fetch(stream: "chats", from: 1, budget: 1 << 20),
            .fetch(stream: "é", from: 7, budget: 0, fingerprint: "0123456789abcdef", last: "fedcba9876543210"),
            .fetch(stream: "s", from: (1 << 62) - 1, budget: 1, last: "fedcba9876543210"), .hold(stream: "chats"),
            .end(stream: "chats"), .end(stream: "", last: "fedcba9876543210"),
        ]
        return requests.map { FrameInput.bytes($0.frames) }
    } reader: {
        .direct { input in
            guard let request = ReplayRequest(frames: FrameInput.frames(input)) else { return nil }
            let again = ReplayRequest(frames: request.frames)
            try Finding.unless(again == request && again?.frames == request.frames, "not read back: \(request)")
            return FrameInput.bytes(request.frames)
        }
    }

    static let answer = FuzzTarget(
        "answer", words: ["\u{05}BATCH", "\u{07}NOTHING", "\u{04}GONE", "\u{07}UNKNOWN", "\u{05}OTHER"]
    ) {
        let answers: [ReplayAnswer] = [
            .batch(stream: "chats", first: 3, next: 9, lines: Array("{}\n{}".utf8)),
            .batch(stream: "é", first: (1 << 62) - 1, next: 0, lines: []), .nothing(stream: "chats", next: 9),
            .gone(stream: "chats", firstKept: 9), .unknown(stream: "chats"), .other(stream: "chats"),
        ]
        return answers.map { FrameInput.bytes($0.frames) }
    } reader: {
        .direct { input in
            guard let answer = ReplayAnswer(frames: FrameInput.frames(input)) else { return nil }
            let again = ReplayAnswer(frames: answer.frames)
            try Finding.unless(again == answer && again?.frames == answer.frames, "not read back: \(answer)")
            return FrameInput.bytes(answer.frames)
        }
    }
}
