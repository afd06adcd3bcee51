/// Following in a test's hands: what happens on the left, what comes of it on the right.
import Testing

@testable import Feed

/// Something that happens to a follower.
enum Happening: Sendable {
    case control(Control, on: Int = 0)
    /// Live records, one after the other.
    case live(String, ClosedRange<UInt64>, on: Int = 0)
    /// A message without a number.
    case foreign(String, on: Int = 0)
    /// A message of any frames.
    case frames([[UInt8]], on: Int = 0)
    /// An answer from the replay endpoint that the follower has connected to last.
    case answer(ReplayAnswer, on: Int = 0)
    /// The live connection is another.
    case connected(on: Int = 0)
    /// The live connection has broken off.
    case disconnected
    /// The question couldn't be sent.
    case unsent
    /// The replay endpoint can't be connected to.
    case unreachable
    /// Whoever listens at the live endpoint says nothing, or what libzmq ends the connection for.
    case silent, givenUp
    /// Time passes.
    case wait(Duration)
    /// There is no room for records, or there is again.
    case room(Bool)
    case acknowledge(String)
}

/// Drives ``Following``, a turn for each happening, and says in words what comes out.
struct FollowingRig: ~Copyable {
    static let endpoints = ["tcp://127.0.0.1:5556", "tcp://127.0.0.1:6556"]
    static let replay = "tcp://127.0.0.1:5557"

    var following: Following
    private var now = ContinuousClock.now
    private var isPaused = false
    private var replays: [String]

    init(
        _ endpoints: [String] = FollowingRig.endpoints, from start: Start = .beginning,
        resuming cursors: [StreamCursor] = [], idleTimeout: Duration? = nil, takesWorkspaces: Bool = true
    ) {
        following = Following(
            endpoints, from: start, resuming: cursors, idleTimeout: idleTimeout, takesWorkspaces: takesWorkspaces,
            now: now)
        replays = endpoints.map { _ in Self.replay }
        following.output.actions = []
    }

    /// The record of that number.
    static func payload(_ stream: String, _ number: UInt64) -> [UInt8] { Array("\(stream) line \(number)".utf8) }

    mutating func run(_ happening: Happening) -> [String] {
        if case .wait(let time) = happening { now += time }
        if case .room(let isThere) = happening { isPaused = !isThere }
        following.begin(now, isPaused: isPaused)
        switch happening {
        case .control(let control, let place): send([Array("control".utf8), control.json, []], place)
        case .live(let stream, let numbers, let place):
            for number in numbers {
                send([Array("message/a".utf8), Self.payload(stream, number), Position.frame(number, stream)], place)
            }
        case .foreign(let text, let place): send([Array(text.utf8)], place)
        case .frames(let frames, let place): send(frames, place)
        case .answer(let answer, let place):
            var records: [UInt8] = []
            if case .batch(_, _, _, let lines) = answer { records = lines }
            let replay = replays[place]
            records.withUnsafeBytes { following.receive(answer, records: $0, from: replay, of: place) }
        case .connected(let place):
            following.connectedAnew(place)
            following.publisher(of: place, isThere: true)
        case .disconnected: following.publisher(of: 0, isThere: false)
        case .unsent: following.unsent(0, replay: replays[0])
        case .unreachable: following.unreachable(0, replay: replays[0])
        case .silent: following.isSilent(0)
        case .givenUp: following.givenUp(0)
        case .acknowledge(let stream): following.acknowledgeEnd(of: stream)
        case .wait, .room: break
        }
        following.end()
        return take()
    }

    private mutating func send(_ frames: [[UInt8]], _ place: Int) {
        func frame(_ index: Int) -> [UInt8] { index < frames.count ? frames[index] : [] }
        frame(0).withUnsafeBytes { topic in
            frame(1).withUnsafeBytes { payload in
                frame(2).withUnsafeBytes { position in
                    following.receive(
                        LiveMessage(frames: frames.count, topic: topic, payload: payload, position: position),
                        from: place)
                }
            }
        }
    }

    private mutating func take() -> [String] {
        let (deliveries, actions) = (following.output.deliveries, following.output.actions)
        (following.output.deliveries, following.output.actions) = ([], [])
        return deliveries.compactMap(\.words) + actions.compactMap { words($0) }
    }

    private mutating func words(_ action: FollowingAction) -> String? {
        switch action {
        case .connect(let place, let replay):
            let isUsual = replay == Self.replay
            replays[place] = replay
            return isUsual ? nil : "connect \(replay)"
        case .close(_, let replay): return replay == Self.replay ? nil : "close \(replay)"
        case .send(.fetch(let stream, let from, _, _, let last), _, _):
            guard let last else { return "ask \(stream) \(from)" }
            let own = Self.payload(stream, from - 1).withUnsafeBytes { Fingerprint.of($0) }
            // Cursors of another process have this one.
            let isProof = last == own || last == "00000000000000bb"
            return "ask \(stream) \(from) with \(isProof ? "proof" : "another's proof")"
        case .send(.hold(let stream), _, _): return "hold \(stream)"
        case .send(.end(let stream, let last), _, _): return "end \(stream)\(last == nil ? "" : " with proof")"
        case .subscribe: return nil
        }
    }
}

extension Delivery {
    /// nil for what says nothing new.
    fileprivate var words: String? {
        switch self {
        case .began(let stream, _): "began \(stream)"
        case .records(let batch): "\(batch.stream) \(batch.first)...\(batch.first + UInt64(batch.count) - 1)"
        case .duplicates(let count): "\(count) twice"
        case .time(let stream, let time): "time \(stream) \(time)"
        case .lost(let stream, let count): "lost \(stream) \(count)"
        case .caughtUp: nil
        case .ended(let stream): "ended \(stream)"
        case .idle(let stream): "idle \(stream)"
        case .vanished(let stream): "vanished \(stream)"
        case .recognized: nil
        case .refused(let stream, _, let reason): "refused \(stream): \(reason)"
        case .foreign(let stream): "foreign \(stream)"
        case .ignored(_, let problem): "ignored: \(problem)"
        }
    }
}

/// A control message as most rows need it.
func control(
    _ stream: String, next: UInt64, first: UInt64 = 1, time: Int64? = nil, replay: String = FollowingRig.replay,
    ended: Bool = false, fingerprint: String? = "00000000000000aa"
) -> Control {
    Control(
        stream: stream, first: first, next: next, eventTime: time, replay: replay, ended: ended,
        fingerprint: next == 1 ? nil : fingerprint)
}

/// A batch of the stream's own records.
func batch(_ stream: String, _ numbers: ClosedRange<UInt64>, next: UInt64) -> ReplayAnswer {
    let lines = numbers.map { FollowingRig.payload(stream, $0) }.joined(separator: [0x0A])
    return .batch(stream: stream, first: numbers.lowerBound, next: next, lines: Array(lines))
}
