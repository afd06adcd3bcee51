/// The engine against a naive one, on random streams.
import Bytes
import Chat
import Streaming
import Testing
import TestSupport
import Threads

@Suite("Against a naive engine", .serialized, .timeLimit(.minutes(5)))
struct ReferenceTests {
    private enum Happening {
        case says(String, session: String, ChatMessage)
        case time(String, Int64)
        case idle(String)
        case ended(String)
    }

    private static func policy(_ random: inout SeededGenerator) -> WindowPolicy {
        func some(_ range: ClosedRange<Int64>) -> Int64 { Int64.random(in: range, using: &random) }
        let windows: WindowPolicy.Windows
        switch Int.random(in: 0..<3, using: &random) {
        case 0: windows = .tumbling(size: some(1...5000))
        case 1:
            let size = some(1...5000)
            windows = .sliding(size: size, slide: some(max(1, size / 5)...size))
        default: windows = .session(gap: some(1...1500), longest: Bool.random(using: &random) ? .max : some(1...6000))
        }
        return WindowPolicy(
            windows, maxOutOfOrderness: Bool.random(using: &random) ? 0 : some(0...3000),
            allowedLateness: Bool.random(using: &random) ? 0 : some(0...4000), maxAdvance: some(2000...20_000),
            turnSilence: Bool.random(using: &random) ? nil : some(1...2000), limits: limits(&random))
    }

    /// Mostly so large that they are never reached, or so small that they often are.
    private static func limits(_ random: inout SeededGenerator) -> WindowPolicy.Limits {
        func some(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }
        var limits = WindowPolicy.Limits(endedStreams: some(1...3), clockProof: Int64(some(0...10_000)))
        if some(0...2) == 0 { limits.window = some(30...600) }
        if some(0...2) == 0 { limits.total = some(60...2000) }
        return limits
    }

    /// Chats with bursts and silences, stragglers, messages said twice, jumps of time and times that nobody believes.
    private static func happenings(_ random: inout SeededGenerator) -> [Happening] {
        func some(_ range: ClosedRange<Int64>) -> Int64 { Int64.random(in: range, using: &random) }
        func oneIn(_ count: Int) -> Bool { Int.random(in: 0..<count, using: &random) == 0 }
        let streams = (0..<Int.random(in: 1...3, using: &random)).map { "stream \($0)" }
        let sessions = Int.random(in: 1...6, using: &random)
        let straggling = oneIn(2) ? 0 : some(0...5000)
        let pace = some(1...800)
        var times = streams.map { _ in some(-1_000_000...1_000_000) }
        var sequences = streams.map { _ in UInt64(0) }
        var said: [Happening] = []
        for _ in 0..<Int.random(in: 1...60, using: &random) {
            let stream = Int.random(in: streams.indices, using: &random)
            switch Int.random(in: 0..<40, using: &random) {
            case 0: times[stream] += some(0...30_000)
            case 1: said.append(.time(streams[stream], times[stream] + some(-2000...2000)))
            case 2: said.append(.time(streams[stream], times[stream] + some(0...40_000)))
            case 3: said.append(.idle(streams[stream]))
            case 4: if oneIn(2) { said.append(.ended(streams[stream])) }
            case 5:
                // A clock that is far ahead, or isn't, and goes on from there, or doesn't.
                var time = times[stream] + some(0...60_000)
                for _ in 0..<some(1...8) {
                    time += some(-500...6000)
                    said.append(.time(streams[stream], time))
                }
                if oneIn(2) { times[stream] = time }
            default:
                times[stream] += oneIn(3) ? 0 : some(0...pace)
                let ahead = oneIn(30) ? some(1000...60_000) : 0
                let time = Timestamp(milliseconds: times[stream] - some(0...straggling) + ahead)
                let session = "session \(Int.random(in: 0..<sessions, using: &random))"
                let sender = oneIn(2) ? Sender.rm : .customer
                for _ in 0..<(oneIn(15) ? 2 : 1) {
                    sequences[stream] += 1
                    let text = String(repeating: "x", count: oneIn(2) ? 0 : Int(some(0...100)))
                    let message = ChatMessage(timestamp: time, sender: sender, text: text, sequence: sequences[stream])
                    said.append(.says(streams[stream], session: session, message))
                }
            }
        }
        return said + streams.map { .ended($0) }
    }

    private static func naive(_ policy: WindowPolicy, _ happenings: [Happening]) -> [String] {
        var naive = NaiveEngine(policy)
        for happening in happenings {
            switch happening {
            case .says(let stream, let session, let message): naive.process(message, of: session, in: stream)
            case .time(let stream, let time): naive.tick(time, in: stream)
            case .idle(let stream): naive.idle(stream)
            case .ended(let stream): naive.end(stream)
            }
        }
        return naive.lines
    }

    /// Runs the engine, with messages that follow each other cut into batches anywhere, and now and then taken down and
    /// made anew.
    private static func run(
        _ policy: WindowPolicy, _ happenings: [Happening], _ random: inout SeededGenerator
    ) throws -> [String] {
        var engine = Engine(policy: policy)
        var actions: [Action] = []
        var batch = MessageBatch(stream: "")
        for happening in happenings {
            if case .says(let stream, let session, let message) = happening {
                if batch.stream != stream || Int.random(in: 0..<4, using: &random) == 0 {
                    engine.handle(.messages(batch), into: &actions)
                    batch = MessageBatch(stream: stream)
                    if Int.random(in: 0..<10, using: &random) == 0 { engine = try reborn(engine, policy) }
                }
                batch.append(message, sessionID: session)
                continue
            }
            engine.handle(.messages(batch), into: &actions)
            batch = MessageBatch(stream: batch.stream)
            switch happening {
            case .says: break
            case .time(let stream, let time):
                engine.handle(.time(stream: stream, reached: Timestamp(milliseconds: time)), into: &actions)
            case .idle(let stream): engine.handle(.idle(stream: stream), into: &actions)
            case .ended(let stream): engine.handle(.ended(stream: stream), into: &actions)
            }
        }
        return actions.map(line)
    }

    /// The engine that is made of another's checkpoint.
    private static func reborn(_ engine: Engine, _ policy: WindowPolicy) throws -> Engine {
        var pieces = engine.pieces
        var piece = ByteWriter()
        var reader = EngineReader(policy: policy)
        while pieces.write(to: &piece) {
            try piece.withBytes { bytes in
                var bytes = ByteReader(bytes)
                try reader.read(&bytes)
                #expect(bytes.isAtEnd)
            }
            piece.clear()
        }
        let reborn = reader.finish()
        #expect(reborn.cost == engine.cost)
        return reborn
    }

    /// An action as the naive engine writes it.
    private static func line(_ action: Action) -> String {
        switch action {
        case .late(let late): return "\(late.stream) late \(late.sequence)"
        case .rejected(let rejected): return "\(rejected.stream) rejected \(rejected.sequence)"
        case .result(let result):
            func name(_ window: Window, _ revision: Int) -> String {
                "\(window.start.milliseconds)-\(window.end.milliseconds) #\(revision)"
            }
            let superseded = result.supersedes.map { name($0.window, $0.revision) }
            return "\(result.stream) \(result.sessionID) \(name(result.window, result.revision)) "
                + "\(result.trigger.rawValue) for \(superseded): \(result.conversation.messages.map(\.sequence))"
        }
    }

    @Test(
        "4,000 random streams give the same, however they are cut into batches, and from checkpoint to checkpoint",
        arguments: 0..<4)
    func random(_ part: UInt64) async throws {
        // Long work, so on a thread of its own: the pool's are for tests that wait for something.
        try await onOwnThread("reference") { try Self.compare(part) }
    }

    private static func compare(_ part: UInt64) throws {
        for seed in stride(from: part, to: 4000, by: 4) {
            var random = SeededGenerator(seed)
            let policy = policy(&random)
            let happenings = happenings(&random)
            let expected = naive(policy, happenings)
            for _ in 0..<2 {
                let lines = try run(policy, happenings, &random)
                guard lines == expected else {
                    let first = zip(lines, expected).first { $0 != $1 }
                    Issue.record("seed \(seed), \(policy): \(first.map { "\($0) is not \($1)" } ?? "one is longer")")
                    return
                }
            }
        }
    }
}
