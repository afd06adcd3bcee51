/// The publisher's socket for questions: requests come in, answers go out.
import ZeroMQ

/// Answers what clients ask. It waits for nobody, and whatever they do, one turn does a bounded amount of work.
final class ReplayDesk {
    /// The most bytes one answer carries, whatever was asked for.
    private static let largestBudget = 4 << 20
    /// Requests taken, and bytes read to answer them, before the owner gets its turn again.
    private static let requestsPerTurn = 16
    private static let bytesPerTurn = largestBudget
    /// So many clients' last records are remembered. Of others it is read again.
    private static let clientsRemembered = 1024

    private typealias Client = UnreadAnswers.Connection

    /// What the owner knows of the stream.
    struct State {
        /// The first record's fingerprint, where the stream may come again.
        var fingerprint: String?
        var endedAt: ContinuousClock.Instant?
    }

    private let stream: String
    private let router: Socket
    private(set) var linger: Linger
    /// What followers say who are further than this publisher; nil where the stream can't have been published before.
    var claims: Claims?
    private var unread = UnreadAnswers()
    private var heldBack = false
    private var endRecord: (next: UInt64, fingerprint: String)?
    /// Where the last batch of a client ended, and the fingerprint of its last record: the next question begins there.
    private var lastSent: [[UInt8]: (next: UInt64, fingerprint: String)] = [:]
    private var bytesRead = 0
    private let clock = ContinuousClock()
    private var frame = Frame()
    private var answer: [UInt8] = []

    init(
        _ endpoint: String, stream: String, linger: Linger, in context: FeedContext
    ) throws(ZMQError) {
        self.stream = stream
        self.linger = linger
        var router = try FeedSocket.replay(in: context)
        try context.bind(&router, to: endpoint, as: .replay)
        self.router = router
    }

    /// See ``Socket/bindAgainIfRemoved(_:)``.
    func bindAgainIfRemoved() throws(ZMQError) -> Bool { try router.bindAgainIfRemoved(endpoint) }

    /// The endpoint as bound.
    var endpoint: String { router.lastEndpoint }

    func watch(in poller: inout Poller) { _ = poller.add(router) }

    var notices: [Notice] {
        (linger.isCrowded ? [.crowded] : []) + (heldBack ? [.unread] : [])
            + (claims?.isExhausted == true ? [.misled] : [])
    }

    /// A turn begins.
    func look(at now: ContinuousClock.Instant) { linger.look(at: now) }

    /// Answers what has come, a turn's worth at most. Never blocks.
    ///
    /// - Returns: false when requests may be left over.
    func serve(_ log: inout some RecordLog, _ state: State) throws -> Bool {
        bytesRead = 0
        for _ in 0..<Self.requestsPerTurn {
            guard let (client, request) = try nextRequest() else { return true }
            if let request { try handle(request, from: client, state, &log) }
            if bytesRead >= Self.bytesPerTurn { return false }
        }
        return false
    }

    /// The next message on the socket: who sent it, and the request, if it is one.
    private func nextRequest() throws(ZMQError) -> (client: Client, request: ReplayRequest?)? {
        guard try router.receive(into: &frame) else { return nil }
        let client = frame.bytes
        var (connection, name) = (nil as Int32?, nil as String?)
        var frames: [[UInt8]] = []
        while frame.hasMore, try router.receive(into: &frame) {
            if frames.isEmpty { (connection, name) = (frame.connection, frame.sender) }
            // A request has at most six frames; whatever a stranger sends behind them is read and dropped.
            if frames.count < 7 { frames.append(frame.bytes) }
        }
        return (Client(client: client, name: name, descriptor: connection), ReplayRequest(frames: frames))
    }

    private func handle(
        _ request: ReplayRequest, from client: Client, _ state: State, _ log: inout some RecordLog
    ) throws {
        let now = clock.now
        switch request {
        case .hold(let held):
            if held == stream { linger.held(by: client.identity, endedAt: state.endedAt, at: now) }
        case .end(let left, let last):
            guard left == stream else { return }
            let isKnown = try state.endedAt != nil && last != nil && last == lastFingerprint(&log)
            linger.left(client.identity, knowing: isKnown ? log.next : nil, at: now)
            lastSent[client.identity] = nil
        case .fetch(let wanted, let from, let budget, let first, let last):
            guard wanted == stream else { return try reply(.unknown(stream: wanted), to: client) }
            // Somebody who left off in another stream of that name.
            let isOther = if let first, let own = state.fingerprint { first != own } else { false }
            if try isOther || isDenied(from, first, last, client.identity, state, &log) {
                return try reply(.other(stream: stream), to: client)
            }
            linger.asked(from: from, next: log.next, by: client.identity, endedAt: state.endedAt, at: now)
            try answerFetch(from, Int(clamping: budget), client, remembersLast: last != nil, &log, now)
        }
    }

    // MARK: Whether it is the same stream

    /// Whether the record before the one wanted is known to be another one than the client has.
    private func isDenied(
        _ from: UInt64, _ first: String?, _ last: String?, _ client: [UInt8], _ state: State,
        _ log: inout some RecordLog
    ) throws -> Bool {
        guard let last else { return false }
        if from > log.next {
            // What has ended has no more to look at.
            guard state.endedAt == nil else { return false }
            return claims?.admit(from: from, first: first, last: last, by: client) == false
        }
        guard state.fingerprint != nil, from > log.first else { return false }
        if let sent = lastSent[client], sent.next == from { return sent.fingerprint != last }
        return try fingerprint(of: from - 1, &log).map { $0 != last } ?? false
    }

    /// The fingerprint of a record that is kept; nil where it can't be had just now.
    private func fingerprint(of sequence: UInt64, _ log: inout some RecordLog) throws -> String? {
        answer.removeAll(keepingCapacity: true)
        guard try log.read(from: sequence, budget: 0, into: &answer) == 1 else { return nil }
        bytesRead += answer.count
        return answer.withUnsafeBytes { Fingerprint.of($0) }
    }

    /// The last record's fingerprint, read once and not again until another one is the last.
    private func lastFingerprint(_ log: inout some RecordLog) throws -> String? {
        if endRecord?.next != log.next, log.next > log.first {
            endRecord = try fingerprint(of: log.next - 1, &log).map { (log.next, $0) }
        }
        return endRecord?.next == log.next ? endRecord?.fingerprint : nil
    }

    // MARK: Answers

    private func answerFetch(
        _ from: UInt64, _ budget: Int, _ client: Client, remembersLast: Bool, _ log: inout some RecordLog,
        _ now: ContinuousClock.Instant
    ) throws {
        if from < log.first { return try reply(.gone(stream: stream, firstKept: log.first), to: client) }
        if from >= log.next { return try reply(.nothing(stream: stream, next: log.next), to: client) }
        let room = unread.room(for: client, at: now)
        // Nothing is read for a client that has no room for it: it may ask all the time, and others wait meanwhile.
        if room > 0, try !begin(client) { return }
        answer.removeAll(keepingCapacity: true)
        let most = max(UnreadAnswers.small, min(Self.largestBudget, room))
        let count = try log.read(from: from, budget: min(budget, most), into: &answer)
        bytesRead += answer.count
        defer { if answer.capacity > 2 * Self.largestBudget { answer = [] } }
        if room == 0 {
            heldBack = true
            // A record that is larger alone. Who really wants it asks again, and has it when others have read theirs.
            if answer.count > UnreadAnswers.small { return }
            guard try begin(client) else { return }
        }
        guard count > 0 else { return try finish(.nothing(stream: stream, next: from), to: client) }
        try finish(.batch(stream: stream, first: from, next: log.next, lines: answer), to: client)
        let end = from + UInt64(count)
        linger.sent(upTo: end, to: client.identity)
        guard remembersLast else { return }
        if lastSent.count >= Self.clientsRemembered && lastSent[client.identity] == nil { lastSent = [:] }
        lastSent[client.identity] = (end, answer.withUnsafeBytes { Fingerprint.of($0.lastLine) })
    }

    private func reply(_ answer: ReplayAnswer, to client: Client) throws(ZMQError) {
        if try begin(client) { try finish(answer, to: client) }
    }

    /// Begins an answer; ``finish(_:to:)`` has to follow.
    ///
    /// - Returns: false when the client has gone, or hasn't read what it was sent before: it asks again when it is back.
    private func begin(_ client: Client) throws(ZMQError) -> Bool {
        if try router.send(client.client, more: true) { return true }
        // That the answer before has gone out may be known to libzmq's thread alone, when the client was quick to ask again.
        router.refresh()
        return try router.send(client.client, more: true)
    }

    private func finish(_ answer: ReplayAnswer, to client: Client) throws(ZMQError) {
        let frames = answer.frames
        for (index, frame) in frames.enumerated() {
            _ = try router.send(frame, more: index < frames.count - 1)
        }
        unread.sent(frames.last?.count ?? 0, to: client, at: clock.now)
    }
}

extension UnsafeRawBufferPointer {
    /// What stands behind the last line feed.
    fileprivate var lastLine: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: self[(lastIndex(of: 0x0A).map { $0 + 1 } ?? 0)...])
    }
}
