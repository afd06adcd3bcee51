/// The thread that listens to the chats.
import Access
import Bytes
import Chat
import Common
import Feed
import Logging
import ServiceLifecycle
import Threads
import ZeroMQ

/// Puts messages on the board the moment they are published, long before their windows close. None is asked for again: each
/// comes once more with its window. And of many only so many a second are taken, and none is subscribed to for a second where there
/// are more, so that a stream that runs as fast as it can isn't slowed down by who looks on.
struct InputIntake: Service {
    private static let burst = 1_000
    /// From one message to the next, on average.
    private static let interval = Duration.milliseconds(1)
    /// How long none is taken where there are more, in milliseconds; and where there are so many that nobody could follow them.
    private static let (pause, longPause) = (1000, 5000)
    /// So many at once, within that time, are.
    private static let hurry = Duration.milliseconds(100)

    private let endpoints: [String]
    private let keys: Keyring?
    private let board: Board
    private let progress: StageProgress
    private let stop: StopSignal

    /// - Parameter stages: where progress is noted.
    init(_ endpoints: [String], board: Board, keys: Keyring?, stages: Stages) throws {
        progress = stages.stage("input")
        self.endpoints = endpoints
        self.keys = keys
        self.board = board
        stop = StopSignal(wakeup: try Wakeup())
    }

    func run() async throws {
        try await onOwnThread("input", until: stop) { [self] in try listen() }
    }

    private func listen() throws {
        let tap = try MessageTap(endpoints: endpoints, in: FeedContext(keys: keys))
        let decoder = MessageDecoder()
        var padded: [UInt8] = []
        var poller = Poller()
        _ = poller.add(descriptor: stop.wakeup.descriptor)
        var resting = poller
        tap.watch(in: &poller)
        var bucket = TokenBucket(burst: Self.burst, interval: Self.interval, now: .now)
        var began = ContinuousClock.now
        defer { progress.end() }
        while !stop.isSet {
            progress.note()
            bucket.refill(.now)
            var isSpent = false
            for _ in 0..<Self.burst {
                isSpent = !bucket.take()
                if isSpent { break }
                let wasThere = try tap.receive { message in
                    padded.removeAll(keepingCapacity: true)
                    padded.append(contentsOf: message.line)
                    padded.append(contentsOf: repeatElement(0, count: MessageDecoder.padding))
                    padded.withUnsafeBytes { bytes in
                        let line = UnsafeRawBufferPointer(rebasing: bytes[..<message.line.count])
                        // What isn't a message comes as a rejected record.
                        if let decoded = try? decoder.decode(line) { board.message(decoded, at: message.place) }
                    }
                }
                if !wasThere { break }
            }
            if isSpent {
                board.passedOver(1)
                try tap.rest()
                progress.idle()
                try resting.wait(milliseconds: .now - began < Self.hurry ? Self.longPause : Self.pause)
                try tap.goOn()
                began = .now
            } else {
                try poller.wait(milliseconds: 1000)
            }
            stop.wakeup.clear()
            try tap.look()
        }
    }
}
