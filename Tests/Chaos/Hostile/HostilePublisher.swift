/// A publisher that means harm, as a process of its own.
import ArgumentParser
import Feed
import Foundation
import TestSupport
import ZeroMQ

/// Binds an endpoint that a consumer listens to, and says what ``Lies`` has to say. A byte on standard input tells it that
/// the honest stream is known by now; the end of standard input ends it.
struct HostilePublisher: ParsableCommand {
    static let configuration = CommandConfiguration(shouldDisplay: false)

    @Option var seed: UInt64
    @Option var endpoint: String
    @Option var replayEndpoint: String
    /// A socket of this process in a place where no follower may ask.
    @Option var elsewhere: String
    /// The honest publisher's.
    @Option var victim: String
    @Option var victimEndpoint: String
    @Option var victimReplayEndpoint: String

    /// What it has to report at its end, as a line of JSON.
    struct Account: Codable {
        var said = 0
        var answered = 0
        /// How often it has said to have the honest stream.
        var claims = 0
        /// Requests that reached it where it may not be asked.
        var askedElsewhere = 0
        /// Questions for the honest stream.
        var askedForVictim = 0
    }

    func run() throws {
        let liar = try Liar(self)
        try liar.run()
        print(String(decoding: try JSONEncoder().encode(liar.account), as: UTF8.self))
    }
}

/// The sockets of a ``HostilePublisher``.
private final class Liar {
    /// Something is said each so many milliseconds while it is eager, and then now and then, as long as it lives: others
    /// need the processor, too.
    private static let eager = (pause: Duration.milliseconds(15), time: Duration.seconds(6))
    private static let calmPause = Duration.milliseconds(250)
    /// It is eager for so long in any case when it may claim the honest stream.
    private static let timeToClaim = Duration.seconds(2)

    private let live: Socket
    private let router: Socket
    private let other: Socket
    private let victim: [UInt8]
    private var lies: Lies
    private var poller = Poller()
    private var frame = Frame()
    private var random: SeededGenerator
    private var clients: [[UInt8]] = []
    private var mayClaim = false
    /// Somebody has subscribed.
    private var isHeard = false
    private(set) var account = HostilePublisher.Account()

    init(_ options: HostilePublisher) throws {
        let context = try Context()
        var live = try Socket(.extendedPublisher, in: context)
        var router = try Socket(.router, in: context)
        var other = try Socket(.router, in: context)
        try live.set(.linger, 0)
        try live.set(.verboseSubscriptions, 1)
        try router.set(.linger, 0)
        try router.set(.routerHandover, 1)
        try other.set(.linger, 0)
        try live.bind(options.endpoint)
        try router.bind(options.replayEndpoint)
        try other.bind(options.elsewhere)
        victim = Array(options.victim.utf8)
        random = SeededGenerator(options.seed &+ 1)
        // Mostly where the honest publisher is asked: that is believed.
        let another = (0..<10).map { _ in options.victimReplayEndpoint }
        lies = Lies(
            seed: options.seed, replay: options.replayEndpoint,
            elsewhere: another + [
                options.elsewhere, options.victimEndpoint, options.endpoint,
                "tcp://192.0.2.1:1", "tcp://example.invalid:1", "tcp://127.0.0.1:1", "tcp://127.0.0.1:0",
                "tcp://127.0.0.1:99999", "ipc:///etc/passwd", "ipc://" + String(repeating: "x", count: 300),
                "inproc://x", "udp://127.0.0.1:1", "pgm://lo;239.0.0.1:1", "x", "",
            ],
            endpoints: [options.victimEndpoint, options.endpoint], victim: options.victim)
        _ = poller.add(live)
        _ = poller.add(router)
        _ = poller.add(other)
        _ = poller.add(descriptor: STDIN_FILENO)
        self.live = live
        self.router = router
        self.other = other
    }

    func run() throws {
        let clock = ContinuousClock()
        var calmFrom = clock.now + Self.eager.time
        var due = clock.now
        while true {
            try poller.wait(milliseconds: max(0, (due - clock.now).milliseconds))
            if poller.isReady(3) {
                var bytes = [UInt8](repeating: 0, count: 16)
                if read(STDIN_FILENO, &bytes, bytes.count) <= 0 { return }
                mayClaim = true
                try claim()
                calmFrom = max(calmFrom, clock.now + Self.timeToClaim)
            }
            while try live.receive(into: &frame) {
                // A consumer subscribes to control when it connects, and to the rest now and then.
                guard frame.bytes == [1] + Array("control".utf8) else { continue }
                isHeard = true
                due = clock.now
                lies.beginAnew()
            }
            while try next(of: other) != nil { account.askedElsewhere += 1 }
            while let request = try next(of: router) { try answer(request) }
            if clock.now < due { continue }
            guard isHeard else {
                due = clock.now + Self.calmPause
                continue
            }
            due = clock.now + (due < calmFrom ? Self.eager.pause : Self.calmPause)
            try speak()
        }
    }

    private func speak() throws {
        for message in lies.messages() { try say(message) }
        if mayClaim && Int.random(in: 0..<5, using: &random) == 0 { try claim() }
        if let client = clients.randomElement(using: &random) { try send([client] + lies.unasked(), on: router) }
    }

    private func claim() throws {
        account.claims += 1
        for message in lies.claims() { try say(message) }
    }

    private func say(_ message: [[UInt8]]) throws {
        account.said += 1
        try send(message, on: live)
    }

    private func answer(_ request: [[UInt8]]) throws {
        let client = request[0]
        if !clients.contains(client) { clients.append(client) }
        if request.count > 2, request[2] == victim { account.askedForVictim += 1 }
        for answer in lies.answers(to: ReplayRequest(frames: Array(request.dropFirst()))) {
            try send([client] + answer, on: router)
            account.answered += 1
        }
    }

    /// The next message of a socket; nil when there is none.
    private func next(of socket: borrowing Socket) throws -> [[UInt8]]? {
        guard try socket.receive(into: &frame) else { return nil }
        var frames = [frame.bytes]
        while frame.hasMore, try socket.receive(into: &frame) { frames.append(frame.bytes) }
        return frames
    }

    private func send(_ message: [[UInt8]], on socket: borrowing Socket) throws {
        for (index, frame) in message.enumerated() {
            // What can't be taken now isn't said.
            guard try socket.send(frame, more: index < message.count - 1) else { return }
        }
    }
}
