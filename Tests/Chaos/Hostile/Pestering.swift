/// What a subscriber sends that means harm.
import Feed
import TestSupport

/// Bursts of bytes for a publisher's sockets, by the seed. Pure: somebody else sends them.
struct Pestering {
    struct Burst {
        var bytes: [UInt8] = []
        /// Connections that it is sent by, each a new one where they are several.
        var connections = 1
        /// The connection is closed behind it.
        var isHangUp = false
        /// The socket type to pretend to; nil: the right one.
        var kind: String?
    }

    private let streams: [String]
    private var random: SeededGenerator
    private var identities: [[UInt8]] = []

    init(seed: UInt64, streams: [String]) {
        self.streams = streams
        random = SeededGenerator(seed)
    }

    /// A new identity, or one that somebody has.
    mutating func identity() -> [UInt8] {
        if Bool.random(using: &random), let known = identities.randomElement(using: &random) { return known }
        let new = [1] + bytes(Int.random(in: 0...254, using: &random))
        identities = identities.suffix(50) + [new]
        return new
    }

    // MARK: For the live socket

    mutating func subscriptions() -> Burst {
        switch Int.random(in: 0..<10, using: &random) {
        case 0: return Burst(bytes: [0, 1, 1])
        case 1: return burst(200) { [1] + $0.bytes(20) }
        case 2: return burst(200) { _ in [1] + Array("control".utf8) }
        case 3: return burst(100) { [2] + $0.bytes(Int.random(in: 0...250, using: &$0.random)) }
        case 4: return burst(200) { [0] + $0.bytes(20) }
        case 5: return burst(20) { [1] + $0.bytes(Int.random(in: 244...300, using: &$0.random)) }
        case 6: return Burst(bytes: RawPeer.message((0..<200).map { _ in bytes(3) }))
        case 7: return Burst(bytes: Array(repeatElement(ping, count: 100).joined()))
        default: return wrongBytes()
        }
    }

    // MARK: For the replay socket

    mutating func requests() -> Burst {
        switch Int.random(in: 0..<10, using: &random) {
        case 0, 1, 2: return questions(30)
        case 3: return Burst(bytes: RawPeer.message(ReplayRequest.hold(stream: stream()).frames))
        case 4:
            let last = Bool.random(using: &random) ? nil : String(repeating: "0", count: 16)
            return Burst(bytes: RawPeer.message(ReplayRequest.end(stream: stream(), last: last).frames))
        case 5:
            var hold = Burst(bytes: RawPeer.message(ReplayRequest.hold(stream: stream()).frames))
            (hold.connections, hold.isHangUp) = (10, true)
            return hold
        case 6:
            // A request that has no end.
            return Burst(
                bytes: RawPeer.message((0..<100).map { _ in bytes(250) }, isOpen: true),
                isHangUp: Bool.random(using: &random))
        case 7: return burst(50) { $0.bytes(Int.random(in: 0...60, using: &$0.random)) }
        default: return wrongBytes()
        }
    }

    private mutating func questions(_ count: Int) -> Burst {
        let stream = stream()
        let from: UInt64 = random.pick([1, 1, 1, 0, 2, 1000, 1 << 61, .max])
        let budget: UInt64 = random.pick([0, 1, 1 << 20, 1 << 61, .max])
        let zeros = String(repeating: "0", count: 16)
        let question = ReplayRequest.fetch(
            stream: stream, from: from, budget: budget, fingerprint: Bool.random(using: &random) ? zeros : nil,
            last: Bool.random(using: &random) ? zeros : nil)
        return Burst(bytes: Array(repeatElement(RawPeer.message(question.frames), count: count).joined()))
    }

    private mutating func stream() -> String {
        Int.random(in: 0..<4, using: &random) == 0 ? "nobody's" : random.pick(streams)
    }

    // MARK: For both

    private let ping = RawPeer.frame([4] + Array("PING".utf8) + [0, 10], flags: 4)

    /// What isn't the protocol.
    private mutating func wrongBytes() -> Burst {
        switch Int.random(in: 0..<5, using: &random) {
        // A frame that is said to be a gigabyte.
        case 0: return Burst(bytes: [2, 0, 0, 0, 0, 0x40, 0, 0, 0] + bytes(100))
        // Half a frame.
        case 1: return Burst(bytes: [0, 200] + bytes(100), isHangUp: true)
        case 2: return Burst(bytes: RawPeer.frame(bytes(40), flags: 4))
        case 3: return Burst(bytes: bytes(500), isHangUp: true)
        default: return Burst(bytes: [], kind: random.pick(["PUSH", "REQ", "PUB", "XXX"]))
        }
    }

    private mutating func burst(_ count: Int, _ message: (inout Self) -> [UInt8]) -> Burst {
        Burst(bytes: (0..<count).flatMap { _ in RawPeer.message([message(&self)]) })
    }

    private mutating func bytes(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
    }
}
