/// A follower, an honest publisher, and a hostile peer who moves when he likes.
import TestSupport

@testable import Feed

/// One game, all of it from a seed. The honest publisher has a stream of records on the first endpoint; it is restarted, cut
/// off, loses live records and answers late. The hostile peer publishes on the second endpoint, and on the first one
/// whenever the publisher isn't there.
struct FollowingGame: ~Copyable {
    /// How far the hostile peer goes on the honest publisher's endpoint.
    enum Squatter: CaseIterable, Sendable {
        /// He publishes records and control as he likes, and doesn't know what the stream's first record is.
        case ignorant
        /// He knows it, and plays the publisher with records of his own.
        case informed
    }

    /// What was wrong with a game.
    struct Foul: Error, CustomStringConvertible {
        let description: String
    }

    private static let stream = "s"
    private static let own = "00000000000000aa"
    private let squatter: Squatter
    private let total: UInt64
    private var random: SeededGenerator
    private var following: Following
    private var now = ContinuousClock.now
    /// The honest publisher's next number.
    private var published: UInt64 = 1
    private var isEnded = false
    /// Who has the first endpoint's port.
    private var peer = Peer.honest
    /// Questions on their way, by who gets them.
    private var questions: [(endpoint: Int, replay: String, request: ReplayRequest)] = []
    /// An answer that comes again.
    private var stale: (answer: ReplayAnswer, replay: String, endpoint: Int)?
    private var isPaused = false

    /// Numbers handed on, and whether each record was the honest publisher's.
    private(set) var handed: [UInt64] = []
    private(set) var forged = 0
    private(set) var lost: UInt64 = 0
    private(set) var isOver = false
    private(set) var isRefused = false

    private enum Peer {
        case honest, squatter, nobody
    }

    init(seed: UInt64, squatter: Squatter) {
        random = SeededGenerator(seed)
        self.squatter = squatter
        total = UInt64.random(in: 1...40, using: &random)
        following = Following(FollowingRig.endpoints, from: .beginning, now: now)
    }

    /// Plays the game to its end.
    ///
    /// - Throws: ``Foul``.
    mutating func play() throws {
        // Whoever is there first is believed: that is the honest one, and he has said what his first record is.
        try publish()
        try turn { $0.say(on: 0) }
        for _ in 0..<Int.random(in: 10...120, using: &random) { try move() }
        // From here on all are as they should be, and it has to come to an end.
        if peer != .honest { change(to: .honest) }
        isPaused = false
        var patience = 2000
        while !isOver && !isRefused {
            if published <= total { published += 1 } else { isEnded = true }
            now += .milliseconds(250)
            try turn { $0.say(on: 0) }
            try answerAll()
            patience -= 1
            guard patience > 0 else { throw Foul(description: "it never ends: \(handed.count) of \(total)") }
        }
    }

    private mutating func move() throws {
        now += .milliseconds(Int.random(in: 0...700, using: &random))
        switch Int.random(in: 0..<14, using: &random) {
        case 0..<4: try publish()
        case 4, 5: try turn { $0.say(on: 0) }
        case 6..<9: try answerAll()
        case 9:
            change(to: [.honest, .honest, .squatter, .nobody][Int.random(in: 0..<4, using: &random)])
        case 10: try turn { $0.lie(on: 1) }
        case 11: if peer == .squatter { try turn { $0.lie(on: 0) } }
        case 12:
            if let stale { try turn { $0.receive(stale.answer, stale.replay, stale.endpoint) } }
        default: isPaused = Int.random(in: 0..<4, using: &random) == 0
        }
    }

    private mutating func change(to next: Peer) {
        // A publisher that comes back reads its input again, up to where followers are.
        if next == .honest && peer != .honest && Bool.random(using: &random) {
            published = UInt64.random(in: 1...published, using: &random)
            isEnded = false
        }
        peer = next
        following.begin(now, isPaused: isPaused)
        if next != .nobody { following.connectedAnew(0) }
        following.publisher(of: 0, isThere: next != .nobody)
        // Connections are new: nothing that was on its way arrives.
        questions.removeAll { $0.endpoint == 0 }
        if stale?.endpoint == 0 { stale = nil }
        following.output.actions.removeAll()
    }

    private mutating func turn(_ body: (inout FollowingGame) -> Void) throws {
        following.begin(now, isPaused: isPaused)
        body(&self)
        following.end()
        _ = try takeOutput()
        // Then nothing happens for a moment: there is nothing to do, and whoever drives it may sleep.
        following.begin(now, isPaused: isPaused)
        following.end()
        if try !takeOutput(), following.patience() == .zero { throw Foul(description: "it never sleeps") }
    }

    /// - Returns: whether there was any.
    private mutating func takeOutput() throws -> Bool {
        let (actions, deliveries) = (following.output.actions, following.output.deliveries)
        following.output.actions.removeAll()
        following.output.deliveries.removeAll()
        for case .send(let request, let endpoint, let replay) in actions {
            questions.append((endpoint, replay, request))
        }
        for delivery in deliveries { try check(delivery) }
        return !actions.isEmpty || !deliveries.isEmpty
    }

    // MARK: The referee

    private mutating func check(_ delivery: Delivery) throws {
        switch delivery {
        case .records(let batch) where batch.stream == Self.stream:
            try batch.forEachLine { number, line in
                guard number > handed.last ?? 0 else { throw Foul(description: "\(number) after \(handed.last ?? 0)") }
                handed.append(number)
                if Array(line) != FollowingRig.payload(Self.stream, number) {
                    forged += 1
                    guard squatter == .informed else { throw Foul(description: "a forged record \(number)") }
                }
            }
        case .lost(Self.stream, let count): lost = lost &+ count
        case .ended(Self.stream), .vanished(Self.stream): isOver = true
        case .time(Self.stream, _) where isOver, .caughtUp(Self.stream, _) where isOver:
            throw Foul(description: "it goes on behind its end")
        case .began(Self.stream, _): (isOver, isRefused) = (false, false)
        case .refused(Self.stream, _, _): isRefused = squatter == .informed
        default: break
        }
    }

    // MARK: The honest publisher

    private mutating func publish() throws {
        guard peer == .honest, published <= total else { return }
        let number = published
        published += 1
        if Int.random(in: 0..<3, using: &random) > 0 { try turn { $0.live(number, on: 0) } }
    }

    private mutating func say(on place: Int) {
        guard peer == .honest else { return }
        control(
            Control(
                stream: Self.stream, first: 1, next: published, replay: FollowingRig.replay, ended: isEnded,
                fingerprint: published > 1 ? Self.own : nil), on: place)
    }

    /// What the protocol says about a question, also that a follower which is further shows the way.
    private mutating func honestAnswer(_ request: ReplayRequest) -> ReplayAnswer? {
        guard case .fetch(let stream, let from, _, let fingerprint, let last) = request else { return nil }
        guard stream == Self.stream else { return .unknown(stream: stream) }
        if let fingerprint, published > 1, fingerprint != Self.own { return .other(stream: stream) }
        if from > 1, from <= total + 1, let last,
            last != FollowingRig.payload(stream, from - 1).withUnsafeBytes({ Fingerprint.of($0) })
        {
            return .other(stream: stream)
        }
        if from > published, from <= total + 1, last != nil { published = from }
        guard from < published else { return .nothing(stream: stream, next: published) }
        return batch(stream, from...UInt64.random(in: from..<published, using: &random), next: published)
    }

    // MARK: The hostile peer

    private mutating func lie(on place: Int) {
        let number =
            UInt64.random(in: 0..<8, using: &random) == 0
            ? .random(in: 1..<(1 << 62)) : UInt64.random(in: 1...60, using: &random)
        let stream = Int.random(in: 0..<3, using: &random) > 0 ? Self.stream : "t\(number % 5)"
        switch Int.random(in: 0..<4, using: &random) {
        case 0, 1:
            let fingerprint =
                squatter == .informed && place == 0
                ? Self.own : ["x", nil, Self.own][place == 0 ? Int(number % 2) : Int(number % 3)]
            let first = UInt64.random(in: 1...number, using: &random)
            let replay = [
                FollowingRig.replay, "tcp://127.0.0.1:\(number % 60_000 + 1)", "tcp://10.0.0.1:1", "ipc:///etc/passwd",
                "x",
            ]
            control(
                Control(
                    stream: stream, first: first, next: number, eventTime: Int64(number),
                    replay: replay[Int.random(in: 0..<5, using: &random)],
                    ended: Int.random(in: 0..<3, using: &random) == 0, fingerprint: fingerprint), on: place)
        case 2:
            let forged = Array("forged".utf8)
            send([Array("message/a".utf8), forged, Position.frame(number, stream)], on: place)
        default:
            let frames = (0..<Int.random(in: 1...5, using: &random)).map { _ in
                (0..<Int.random(in: 0...20, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
            }
            // Without a number it would be a publisher of another kind, which is taken as it is.
            if frames.count == 3 { send([Array("control".utf8), frames[1], []], on: place) }
        }
    }

    private mutating func hostileAnswer(_ request: ReplayRequest) -> ReplayAnswer? {
        guard case .fetch(let stream, let from, _, _, _) = request else { return nil }
        let number =
            Int.random(in: 0..<4, using: &random) == 0
            ? UInt64.random(in: 1..<(1 << 62)) : UInt64.random(in: 1...60, using: &random)
        switch Int.random(in: 0..<6, using: &random) {
        case 0: return .nothing(stream: stream, next: number)
        case 1: return .gone(stream: stream, firstKept: number)
        case 2: return .other(stream: stream)
        case 3: return .batch(stream: stream, first: number, next: number, lines: Array("forged".utf8))
        case 4: return .batch(stream: stream, first: from, next: from + 3, lines: Array("forged\nforged\nforged".utf8))
        default: return Bool.random(using: &random) ? nil : .unknown(stream: "t")
        }
    }

    // MARK: The wire

    /// Questions arrive at whoever has the address now; some are lost with their answers.
    private mutating func answerAll() throws {
        let waiting = questions
        questions = []
        for question in waiting {
            switch Int.random(in: 0..<20, using: &random) {
            case 0..<3: continue
            case 3:
                try turn { $0.following.unsent(question.endpoint, replay: question.replay) }
                continue
            default: break
            }
            let isHonest = question.endpoint == 0 && peer == .honest && question.replay == FollowingRig.replay
            guard question.endpoint == 1 || peer != .nobody else { continue }
            guard let answer = isHonest ? honestAnswer(question.request) : hostileAnswer(question.request) else {
                continue
            }
            // Old answers may be repeated by whoever gave them.
            if isHonest { stale = (answer, question.replay, question.endpoint) }
            try turn { $0.receive(answer, question.replay, question.endpoint) }
        }
    }

    private mutating func receive(_ answer: ReplayAnswer, _ replay: String, _ place: Int) {
        var records: [UInt8] = []
        if case .batch(_, _, _, let lines) = answer { records = lines }
        records.withUnsafeBytes { following.receive(answer, records: $0, from: replay, of: place) }
    }

    private mutating func live(_ number: UInt64, on place: Int) {
        send(
            [Array("message/a".utf8), FollowingRig.payload(Self.stream, number), Position.frame(number, Self.stream)],
            on: place)
    }

    private mutating func control(_ control: Control, on place: Int) {
        send([Array("control".utf8), control.json, []], on: place)
    }

    private mutating func send(_ frames: [[UInt8]], on place: Int) {
        frames[0].withUnsafeBytes { topic in
            frames[1].withUnsafeBytes { payload in
                frames[2].withUnsafeBytes { position in
                    following.receive(
                        LiveMessage(frames: 3, topic: topic, payload: payload, position: position), from: place)
                }
            }
        }
    }
}
