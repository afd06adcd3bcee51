/// What a publisher says that means harm.
import Feed
import Foundation
import TestSupport

/// Live messages, control and answers as the protocol has them and as it doesn't, by the seed. Pure: frames come out, and
/// somebody else sends them.
struct Lies {
    typealias Message = [[UInt8]]

    /// Streams that are what they seem: each record is the same whenever it is asked for.
    private static let truthful = 4
    /// Stream ids that are used once.
    private static let idsLimit = 3000
    /// A consumer remembers a thousand streams that have ended, and doesn't promise more.
    private static let endedLimit = 200
    /// Line feeds in all: each is a rejected record, that costs others' time.
    private static let lineFeedsLimit = 6000
    private static let lastNumber: UInt64 = (1 << 62) - 1

    private let replay: String
    private let elsewhere: [String]
    /// The stream whose name is to be taken.
    private let victim: String
    private let names: [String]
    private let seed: UInt64
    private var random: SeededGenerator
    /// The next record of each of ``names``.
    private var next: [UInt64]
    /// How much has been said of what is said first.
    private var opening = 0
    private var idsUsed = 0
    private var ended = 0
    private var lineFeeds = 0

    /// - Parameters:
    ///   - replay: where this publisher can be asked.
    ///   - elsewhere: other endpoints, that a follower may or may not believe.
    ///   - endpoints: of the honest publisher and of this one: not names for streams.
    init(seed: UInt64, replay: String, elsewhere: [String], endpoints: [String], victim: String) {
        self.seed = seed
        random = SeededGenerator(seed)
        self.replay = replay
        self.elsewhere = elsewhere
        self.victim = victim
        names =
            ["plain", "with/slash", "with%2Fslash", "\u{1B}[2J\u{1B}]0;gone\u{7}"] + endpoints + [
                "\u{E9}", "e\u{301}", String(repeating: "x", count: 128), "\u{202E}\u{1F469}\u{200D}\u{1F4BB}",
                victim + "\u{0}behind",
            ]
        next = names.map { _ in 1 }
    }

    // MARK: Live

    /// Somebody has begun to listen. Some things are said first, before others have taken all the room for streams.
    mutating func beginAnew() { opening = 0 }

    /// Whatever comes next.
    mutating func messages() -> [Message] {
        if opening < Self.truthful + elsewhere.count {
            opening += 1
            return opening <= Self.truthful
                ? goOn(with: opening - 1) : [control(from: elsewhere[opening - 1 - Self.truthful])]
        }
        switch Int.random(in: 0..<10, using: &random) {
        case 0...3: return goOn(with: Int.random(in: 0..<names.count, using: &random))
        case 4: return [absurdControl()]
        case 5: return [control(from: random.pick(elsewhere))]
        case 6, 7: return manyStreams()
        case 8: return foreignMessages()
        default: return [anotherEnd()]
        }
    }

    /// The honest stream's id, and what could be taken for it.
    mutating func claims() -> [Message] {
        let number: UInt64 = random.pick([1, 2, 1000, Self.lastNumber])
        let id = random.pick([victim, victim.decomposedStringWithCanonicalMapping])
        let control = Control(
            stream: id, first: 1, next: number, eventTime: 4_102_444_800_000, replay: replay,
            ended: Bool.random(using: &random), fingerprint: String(repeating: "0", count: 16))
        let forged = (0..<10).map { live(id, number &+ $0, line(0, number &+ $0)) }
        return [self.control(control.json)] + forged + [self.control(control.json)]
    }

    private func control(_ json: [UInt8]) -> Message { [Array("control".utf8), json, []] }

    private func live(_ stream: String, _ number: UInt64, _ payload: [UInt8]) -> Message {
        [Array("message/x".utf8), payload, Position.frame(number, stream)]
    }

    private mutating func goOn(with index: Int) -> [Message] {
        let first = next[index]
        next[index] += UInt64.random(in: 1...6, using: &random)
        let said = Control(
            stream: names[index], first: 1, next: next[index], replay: replay,
            fingerprint: Self.fingerprint(of: line(index, 1)))
        return (first..<next[index]).map { live(names[index], $0, line(index, $0)) } + [control(said.json)]
    }

    private static func fingerprint(of line: [UInt8]) -> String { line.withUnsafeBytes { Fingerprint.of($0) } }

    /// A record of one of ``names``; the same for the same number.
    private func line(_ index: Int, _ number: UInt64) -> [UInt8] {
        var own = SeededGenerator(seed &+ UInt64(index) << 32 &+ number)
        if Int.random(in: 0..<20, using: &own) == 0 { return Array("no message \(number)".utf8) }
        let days = ["2025-01-23", "2100-12-31", "1970-01-01", "0001-01-01", "9999-12-31"]
        let day = Int.random(in: 0..<20, using: &own) == 0 ? own.pick(days) : days[index % 5]
        let seconds = Int(number % 86_400)
        let clock = [seconds / 3600, seconds / 60 % 60, seconds % 60].map { ($0 < 10 ? "0" : "") + "\($0)" }
        let session = Int.random(in: 0..<5, using: &own)
        return Array(
            #"{"session_id":"stranger \#(session)","timestamp":"\#(day)T\#(clock.joined(separator: ":"))Z","sender":"#
                .utf8)
            + Array(#""customer","message":"\u001b[31m\#(number)"}"#.utf8)
    }

    private mutating func absurdControl() -> Message {
        let numbers = [
            "0", "1", "-1", "2305843009213693952", "4611686018427387903", "9223372036854775808", "1e300",
            "18446744073709551616",
        ]
        let times = ["0", "4102444800000", "1125899906842623", "-1125899906842623", "9223372036854775807"]
        let more = random.pick([
            "", #","speed":1e308"#, #","fingerprint":"\#(String(repeating: "f", count: 3000))""#,
            #","fingerprint":"\#(String(repeating: "f", count: 5000))""#, #","stream":"twice""#,
        ])
        let whole =
            #"{"stream":"absurd \#(random.pick([1, 2, 3]))","first":\#(random.pick(numbers)),"#
            + #""next":\#(random.pick(numbers)),"replay":"\#(replay)","ended":false,"#
            + #""event_time_ms":\#(random.pick(times))\#(more)}"#
        let texts = [
            whole, whole, whole, whole, "", "{", "{}", "null", String(repeating: "[", count: 4000),
            #"{"stream":"","first":1,"next":1,"replay":"","ended":true}"#,
        ]
        if Int.random(in: 0..<8, using: &random) == 0 { return control(bytes(200)) }
        return control(Array(random.pick(texts).utf8))
    }

    /// A stream that is to be asked for somewhere else.
    private func control(from place: String) -> Message {
        control(Control(stream: "of \(place.prefix(100))", first: 1, next: 5, replay: place).json)
    }

    private mutating func manyStreams() -> [Message] {
        guard idsUsed < Self.idsLimit else { return [] }
        return (0..<50).map { _ in
            idsUsed += 1
            let id = "once \(idsUsed)"
            let number: UInt64 = random.pick([1, 1, 1, 5, Self.lastNumber])
            if Bool.random(using: &random) { return live(id, number, line(0, number)) }
            let isEnd = ended < Self.endedLimit && Bool.random(using: &random)
            if isEnd { ended += 1 }
            return control(Control(stream: id, first: 1, next: isEnd ? 1 : number, replay: replay, ended: isEnd).json)
        }
    }

    /// What publishers send that don't number, or nobody at all.
    private mutating func foreignMessages() -> [Message] {
        (0..<5).map { _ in
            switch Int.random(in: 0..<8, using: &random) {
            case 0: return [bytes(Int.random(in: 0...300, using: &random))]
            case 1: return [[], []]
            case 2: return [Array("topic".utf8), line(2, UInt64(idsUsed)), bytes(5)]
            case 3: return (0..<300).map { _ in [0x6D] }
            case 4: return [Array("topic".utf8), [UInt8](repeating: 0x0A, count: 3000), bytes(1)]
            case 5: return [Array("message/x".utf8), line(2, 1), [0, 0, 0, 0, 0, 0, 0, 1, 0xFF, 0xFE]]
            case 6: return [bytes(9), bytes(9), bytes(9), bytes(9)]
            default: return [Array("topic".utf8), bytes(20_000)]
            }
        }
    }

    /// A stream that has had records ends, before or behind where it is.
    private mutating func anotherEnd() -> Message {
        let index = Int.random(in: Self.truthful..<names.count, using: &random)
        let end = Bool.random(using: &random) ? next[index] / 2 + 1 : next[index] + 3
        return control(Control(stream: names[index], first: 1, next: end, replay: replay, ended: true).json)
    }

    private mutating func bytes(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
    }

    // MARK: Answers

    /// What a question is answered with: nothing, once, or several times.
    mutating func answers(to request: ReplayRequest?) -> [Message] {
        guard case .fetch(let stream, let from, _, _, _) = request else { return [bytesAsAnswer()] }
        if let index = names.firstIndex(where: { $0.utf8.elementsEqual(stream.utf8) }),
            index < Self.truthful || Bool.random(using: &random)
        {
            guard from < next[index] else { return [ReplayAnswer.nothing(stream: stream, next: next[index]).frames] }
            let lines = (from..<min(next[index], from + 20)).map { line(index, $0) }
            return [
                ReplayAnswer.batch(
                    stream: stream, first: from, next: next[index], lines: Array(lines.joined(separator: [0x0A]))
                ).frames
            ]
        }
        return (0..<Int.random(in: 0...3, using: &random)).map { _ in lie(about: stream, from: from) }
    }

    /// An answer that nobody asked for.
    mutating func unasked() -> Message {
        lie(about: random.pick([victim] + names), from: random.pick([1, 2, 100, Self.lastNumber]))
    }

    private mutating func lie(about stream: String, from: UInt64) -> Message {
        let number = min(random.pick([from, from + 1, from + 100, 1 << 61, Self.lastNumber]), Self.lastNumber)
        switch Int.random(in: 0..<12, using: &random) {
        case 0, 1: return ReplayAnswer.gone(stream: stream, firstKept: number).frames
        case 2: return ReplayAnswer.unknown(stream: stream).frames
        case 3: return ReplayAnswer.other(stream: stream).frames
        case 4: return ReplayAnswer.nothing(stream: stream, next: number).frames
        case 5:
            let count = min(2000, Self.lineFeedsLimit - lineFeeds)
            lineFeeds += count
            return batch(stream, from, next: Self.lastNumber, [UInt8](repeating: 0x0A, count: count))
        case 6: return batch(stream, number, next: Self.lastNumber, line(1, from))
        case 7: return batch(stream, from, next: from, line(1, from))
        case 8: return batch(stream, from, next: Self.lastNumber, [])
        case 9: return batch(stream, from, next: from &+ 1, line(1, from))
        case 10: return [Array("BATCH".utf8), Array(stream.utf8), bytes(8)]
        default: return bytesAsAnswer()
        }
    }

    private func batch(_ stream: String, _ first: UInt64, next: UInt64, _ lines: [UInt8]) -> Message {
        ReplayAnswer.batch(stream: stream, first: first, next: next, lines: lines).frames
    }

    private mutating func bytesAsAnswer() -> Message {
        (0..<Int.random(in: 1...8, using: &random)).map { _ in bytes(Int.random(in: 0...40, using: &random)) }
    }
}
