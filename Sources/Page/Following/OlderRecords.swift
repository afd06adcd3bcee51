/// Records that aren't in memory any more, when somebody scrolls there.
import Access
import Bytes
import Common
import Feed
import NIOCore
import Records
import Threads
import ZeroMQ

/// Asks a consumer for records as any subscriber does, and goes again. A few are asked for at a time.
actor OlderRecords {
    /// Records looked through at a time, and what is given of them, in bytes.
    private static let most: UInt64 = 5_000
    private static let mostBytes = 8 << 20
    private static let patience = Duration.seconds(5)
    private static let atATime = 4

    private let endpoints: [String]
    private let keys: Keyring?
    private var underWay = 0
    private let stopping: StopSignal

    init(_ endpoints: [String], keys: Keyring?) throws {
        self.endpoints = endpoints
        self.keys = keys
        stopping = StopSignal(wakeup: try Wakeup())
    }

    /// Nobody is waited for any more.
    nonisolated func stop() { stopping.set() }

    /// A session's records before a number, in order, and the number from which on none of them is left out.
    ///
    /// - Returns: nil when the consumer doesn't answer, or too many ask.
    func fetch(_ workspace: Int, before end: UInt64, session: String) async -> ByteBuffer? {
        guard underWay < Self.atATime else { return nil }
        underWay += 1
        defer { underWay -= 1 }
        let endpoint = endpoints[workspace]
        return try? await onOwnThread("older") { [keys, stopping] in
            guard
                let found = try Self.fetch(
                    endpoint, from: end > Self.most ? end - Self.most : 1, to: end, session, keys: keys, until: stopping
                )
            else { return nil }
            var lines = ByteBuffer()
            for record in found.records { lines.write(record: record.line, record.number, of: workspace) }
            lines.write(kept: found.first, of: session, in: workspace)
            return lines
        }
    }

    private static func fetch(
        _ endpoint: String, from start: UInt64, to end: UInt64, _ session: String, keys: Keyring?,
        until stopping: StopSignal
    ) throws -> SessionStretch? {
        let follower = try Follower(
            endpoints: [endpoint], from: .sequence(start), largestRecord: FeedSocket.largestWorkspaceRecord,
            in: FeedContext(keys: keys))
        let wakeup = try Wakeup()
        let deadline = ContinuousClock.now + patience
        var found = SessionStretch(first: start, limit: mostBytes)
        var deliveries: [Delivery] = []
        var next = start
        while next < end {
            guard .now < deadline, !stopping.isSet else { return nil }
            try follower.poll(milliseconds: 100, wakeup: wakeup, into: &deliveries)
            for delivery in deliveries {
                switch delivery {
                case .records(let batch):
                    batch.forEachLine { number, line in
                        next = number + 1
                        guard number < end, let head = RecordHead(line: line),
                            head.subject?.isSame(as: session) == true
                        else { return }
                        let isShort = line.count <= Board.longestRecord
                        found.append(isShort ? Array(line) : Board.stub(number, line.count, head), number)
                    }
                case .lost(_, let count):
                    next = next.plus(count)
                    found.beginsHere()
                default: break
                }
            }
            deliveries.removeAll(keepingCapacity: true)
        }
        try follower.acknowledgeAll()
        return found
    }
}
