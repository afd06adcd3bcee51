/// Both ends of a feed in a test's hands.
import TestSupport
import ZeroMQ

@testable import Feed

/// A publisher that a test drives by hand.
final class HandDriven {
    let publisher: Publisher
    var log: MemoryLog

    init(
        _ folder: TemporaryFolder, stream: String, kept: Int = 1_000_000, name: String = "feed",
        fingerprint: String? = nil
    ) throws {
        publisher = try Publisher(
            endpoint: folder.endpoint(name), replayEndpoint: folder.endpoint(name + "-replay"), stream: stream,
            linger: Linger(patience: .seconds(10)), in: FeedContext(keys: nil))
        publisher.fingerprint = fingerprint
        log = MemoryLog(countLimit: kept, byteLimit: 1 << 30)
    }

    /// - Parameter size: of each record at least, in bytes.
    func publish(_ range: ClosedRange<Int>, size: Int = 0) throws {
        for number in range {
            var payload = Array("line \(number)".utf8)
            payload += Array(repeating: UInt8(ascii: "x"), count: max(0, size - payload.count))
            try payload.withUnsafeBytes { payload in
                try Array("message/a".utf8).withUnsafeBytes {
                    try publisher.publish(topic: $0, payload: payload, sequence: log.next)
                }
            }
            log.append(payload)
        }
    }
}

extension MemoryLog {
    /// Appends one record.
    mutating func append(_ record: [UInt8]) {
        append(LineBlock(first: next, ends: [record.count + 1], bytes: .copy(of: record + [0x0A])))
    }
}

/// What a follower was handed.
struct Received {
    var lines: [String] = []
    var lost: UInt64 = 0
    var times: [Int64] = []
    var ended: [String] = []
    var vanished: [String] = []
    var idle: [String] = []
    var foreign: [String] = []
    var refused: [String] = []
    var isComplete = false

    mutating func take(_ deliveries: [Delivery]) {
        for delivery in deliveries {
            switch delivery {
            case .records(let batch):
                batch.forEachLine { sequence, line in
                    lines.append("\(sequence) \(String(decoding: line, as: UTF8.self))")
                }
            case .lost(_, let count): lost += count
            case .time(_, let time): times.append(time)
            case .ended(let stream): ended.append(stream)
            case .vanished(let stream): vanished.append(stream)
            case .idle(let stream): idle.append(stream)
            case .foreign(let stream): foreign.append(stream)
            case .caughtUp(_, let complete): isComplete = complete
            case .refused(let stream, _, let reason): refused.append("\(stream): \(reason)")
            case .began, .duplicates, .recognized, .ignored: break
            }
        }
    }
}

/// A publisher that knows nothing of this protocol.
struct Stranger: ~Copyable {
    private let socket: Socket

    init(_ endpoint: String) throws {
        var socket = try Socket(.publisher, in: Context())
        try socket.bind(endpoint)
        self.socket = socket
    }

    borrowing func send(_ frames: [[UInt8]]) throws {
        for (index, frame) in frames.enumerated() { _ = try socket.send(frame, more: index < frames.count - 1) }
    }
}
