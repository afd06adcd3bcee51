/// A subscriber that means harm, as a process of its own.
import ArgumentParser
import Foundation
import TestSupport

/// Floods both feeds' sockets with what subscribers and followers may send and what they may not, and reads nothing. The end of
/// standard input ends it.
struct HostileSubscriber: ParsableCommand {
    static let configuration = CommandConfiguration(shouldDisplay: false)

    @Option var seed: UInt64
    /// Where records are published.
    @Option var live: [String] = []
    /// Where questions are answered.
    @Option var replay: [String] = []
    /// Streams to ask for.
    @Option var stream: [String] = []

    /// What it has to report at its end, as a line of JSON.
    struct Account: Codable {
        var connections = 0
        var bytes = 0
    }

    func run() throws {
        signal(SIGPIPE, SIG_IGN)
        var flood = Flood(self)
        flood.run()
        print(String(decoding: try JSONEncoder().encode(flood.account), as: UTF8.self))
    }
}

/// The connections of a ``HostileSubscriber``.
private struct Flood {
    /// It goes on for so long, one burst each so many milliseconds: others need the processor, too. Connections stay open.
    private static let time = Duration.seconds(5)
    private static let pause = 20
    /// Connections to a socket. The oldest makes room.
    private static let connectionsLimit = 6
    /// A peer that is stopped isn't waited for longer, in milliseconds.
    private static let patience = 100

    private let options: HostileSubscriber
    private var pestering: Pestering
    private var random: SeededGenerator
    private var connections: [String: [RawPeer]] = [:]
    private(set) var account = HostileSubscriber.Account()

    init(_ options: HostileSubscriber) {
        self.options = options
        pestering = Pestering(seed: options.seed, streams: options.stream)
        random = SeededGenerator(options.seed &+ 1)
    }

    mutating func run() {
        let end = ContinuousClock.now + Self.time
        var input = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
        while ContinuousClock.now < end {
            if poll(&input, 1, Int32(Self.pause)) != 0 { return }
            if let endpoint = (options.live + options.replay).randomElement(using: &random) { attack(endpoint) }
        }
        poll(&input, 1, -1)
    }

    private mutating func attack(_ endpoint: String) {
        let isReplay = options.replay.contains(endpoint)
        let burst = isReplay ? pestering.requests() : pestering.subscriptions()
        for _ in 0..<burst.connections {
            // One that is there already, mostly.
            var peers = connections[endpoint] ?? []
            var peer: RawPeer?
            if burst.connections == 1 && !burst.isHangUp && Int.random(in: 0..<4, using: &random) > 0 {
                peer = peers.randomElement(using: &random)
            }
            if peer == nil {
                peer = try? RawPeer(
                    endpoint, kind: burst.kind ?? (isReplay ? "DEALER" : "SUB"), identity: pestering.identity(),
                    patience: Self.patience)
                account.connections += 1
                if let peer, !burst.isHangUp { peers.append(peer) }
            }
            let wasTaken = peer?.send(burst.bytes) ?? false
            account.bytes += burst.bytes.count
            // After half a message nothing that is sent means anything any more.
            if !wasTaken { peers.removeAll { $0 === peer } }
            connections[endpoint] = peers.suffix(Self.connectionsLimit)
        }
    }
}
