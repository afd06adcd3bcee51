/// What happens to each delivery, one after the other.
import Answering
import Bytes
import Chat
import Common
import Feed
import Logging
import Outbox
import Records
import Storage
import Streaming
import Threads

/// The pipeline's state: the engine, and what is known of the streams. It does no I/O but logging.
struct Pipeline: Sendable {
    /// A line and its number.
    struct Held {
        let sequence: UInt64
        let line: KeptLine
    }

    /// How far a stream has been read.
    struct Place {
        /// The number of the next record.
        var next: UInt64 = 1
        /// It has fallen silent.
        var isSilent = false
    }

    var engine: Engine
    var policy: WindowPolicy
    private let logger: Logger
    /// What publishers can cause to be logged.
    private var peers: PeerLog
    var actions: [Action] = []
    /// Publishers without numbers of which that has been said.
    private var repeating: Set<String> = []
    /// What has been said of how large windows are, each once.
    private var said: Set<SizeWarning> = []
    private var decodingRoom = DecodedBatch()
    var openStreams: Set<String> = []
    private let partSize: ClosedRange<Int>
    /// What windows that come out again may take at a time, in bytes.
    private static let largestOutcome = 256 << 20
    /// A batch with more messages is one of many, on the way to the present.
    private static let liveBatch = 1024
    private let endpoints: Set<String>
    /// Those that this process hasn't heard from.
    private(set) var silentEndpoints: Set<String>
    /// Those that nobody has ever heard from.
    private var unknownEndpoints: Set<String>
    private var rejectedLog: RejectedLog
    var lost: [String: UInt64] = [:]
    /// How far open streams have been read.
    private(set) var places: [String: Place] = [:]
    /// Lines that the engine holds because they seem to come from the future, by stream.
    var held: [String: Held] = [:]
    /// Early results that are about to come out; nil: nobody wants to know.
    private var upcoming: UpcomingTurns?
    /// Results that were given before, and streams of those who gave them.
    var known = KnownResults()
    var givenStreams = GivenStreams()

    /// - Parameters:
    ///   - endpoints: those that have to be heard from before the inputs can have ended.
    ///   - partSize: in bytes. A million windows may close at once; they go on in parts, so that what is done with them
    ///     goes away. Where somebody waits for them the first part is small and each further one twice as large, so that the
    ///     first entries are out while others are being written.
    ///   - expectsTurns: whoever is handed what follows is told of early results that are about to come out.
    ///   - masked: what the log isn't to show.
    init(
        policy: WindowPolicy, endpoints: Set<String>, partSize: ClosedRange<Int> = (32 << 10)...(2 << 20),
        expectsTurns: Bool = false, masked: Noticeboard<[MaskKind]> = Noticeboard([]), logger: Logger
    ) {
        self.partSize = partSize
        engine = Engine(policy: policy)
        self.policy = policy
        self.endpoints = endpoints
        silentEndpoints = endpoints
        unknownEndpoints = endpoints
        upcoming = expectsTurns ? UpcomingTurns() : nil
        self.logger = logger
        peers = PeerLog(logger)
        rejectedLog = RejectedLog(logger, masked: masked)
    }

    /// Goes on where another process stopped, which had heard from some endpoints.
    mutating func listenAnew(known: Set<String>) {
        silentEndpoints = endpoints
        // Whoever gave results has one endpoint, and it is this one's.
        unknownEndpoints = self.known.count > 0 ? [] : endpoints.subtracting(known)
    }

    var inputs: Inputs {
        Inputs(
            haveEnded: openStreams.isEmpty && givenStreams.isEmpty && unknownEndpoints.isEmpty,
            areHeard: silentEndpoints.isEmpty)
    }

    mutating func heard(from endpoint: String) {
        silentEndpoints.remove(endpoint)
        unknownEndpoints.remove(endpoint)
    }

    /// Takes what was delivered, and calls `body` with what follows from it, in one or more parts.
    ///
    /// - Parameter isJournaled: it is to be a row of the journal, if it changes anything.
    /// - Returns: false where the task was cancelled before all that follows had been handed on.
    @discardableResult
    mutating func process(
        _ delivery: Delivery, with decoder: BatchDecoder, isJournaled: Bool = false,
        _ body: (Outcome) async -> Void = { _ in }
    ) async -> Bool {
        guard case .records(let lines) = delivery else {
            log(delivery)
            return await process(.delivery(delivery), isJournaled: isJournaled, body)
        }
        for piece in lines.pieces(ofUpTo: linesAtATime(lines)) {
            guard await process(piece, with: decoder, isJournaled: isJournaled, body) else { return false }
        }
        return true
    }

    /// So many lines go through the engine at a time that what follows from them has room. With an allowed lateness each may be
    /// followed by a window as large as windows get.
    private func linesAtATime(_ lines: LineBatch) -> Int {
        guard policy.allowedLateness > 0 else { return .max }
        let largest = min(engine.cost + lines.size, policy.limits.window)
        return max(1, Self.largestOutcome / max(1, largest))
    }

    private mutating func process(
        _ lines: LineBatch, with decoder: BatchDecoder, isJournaled: Bool, _ body: (Outcome) async -> Void
    ) async -> Bool {
        // Batch after batch has the same room. It is put aside for the time, so that nobody else holds it.
        var batch = DecodedBatch()
        swap(&batch, &decodingRoom)
        decoder.decode(lines, into: &batch)
        defer { swap(&batch, &decodingRoom) }
        return await process(.batch(batch), from: lines, isJournaled: isJournaled, body)
    }

    /// Takes one event, and calls `body` with what follows from it, in one or more parts.
    ///
    /// - Parameters:
    ///   - lines: what a batch was decoded from; nil: it has the lines that are needed.
    ///   - isJournaled: the event is to be a row of the journal, if it changes anything.
    ///   - skipping: so much of what follows has been dealt with by another process, and is passed over.
    /// - Returns: false where the task was cancelled before all that follows had been handed on. The next process goes on with
    ///   it: nothing may come behind this event, nor may the state be written as if it had been dealt with.
    @discardableResult
    mutating func process(
        _ event: JournalEvent, from lines: LineBatch? = nil, isJournaled: Bool = false, skipping: Int = 0,
        _ body: (Outcome) async -> Void = { _ in }
    ) async -> Bool {
        var outcome = Outcome()
        // Somebody waits for what is new; of what is old, more at once costs less.
        let isLive = (lines?.count ?? 0) <= Self.liveBatch
        let (assignedBefore, heldCount) = (engine.assigned, held.count)
        var kept: [UInt64: KeptLine] = [:]
        var rejected = Rejected()
        var messages: MessageBatch?
        switch event {
        case .policy(let policy):
            engine.change(to: policy, into: &actions)
            self.policy = policy
            if isJournaled { outcome.commit.journal = event.bytes }
        case .batch(var batch):
            let heldBefore = held[batch.stream]
            process(&batch, from: lines, into: &outcome)
            kept = batch.lines
            rejected = Rejected(lines: batch.rejected, stream: batch.stream)
            if isJournaled { outcome.commit.journal = JournalEvent.batch(batch).bytes }
            // Of what is old, nothing is about to come.
            if upcoming != nil && isLive { messages = batch.messages }
            if let heldBefore { kept[heldBefore.sequence] = heldBefore.line }
        case .given(let results): restore(results)
        case .delivery(let delivery):
            if let held = delivery.stream.flatMap({ held[$0] }) { kept[held.sequence] = held.line }
            if process(delivery, into: &outcome) && isJournaled { outcome.commit.journal = event.bytes }
        }
        outcome.counts.inWindows += engine.assigned - assignedBefore
        outcome.counts.accepted += heldCount - held.count
        outcome.inputs = inputs
        // What another process has dealt with is long past.
        if skipping == 0, let changes = upcoming?.changes(in: engine, after: messages) { outcome.upcoming = changes }
        if engine.cost > policy.limits.total / 2 { warn(.half) }
        let sizes = isLive ? partSize : partSize.upperBound...partSize.upperBound
        let isWhole = await passOn(&outcome, rejected, lines: kept, partSize: sizes, skipping, body)
        if let ended = outcome.commit.ended { lost[ended] = nil }
        return isWhole
    }

    private mutating func process(_ batch: inout DecodedBatch, from lines: LineBatch?, into outcome: inout Outcome) {
        outcome.counts.rejected += batch.rejected.count
        outcome.counts.accepted += batch.messages.count
        outcome.commit.stream = StreamProgress(stream: batch.stream, next: batch.next, last: lines?.lastFingerprint)
        places[batch.stream] = Place(next: batch.next)
        if lines != nil { rejectedLog.say(batch.rejected, of: batch.stream) }
        handle(.messages(batch.messages), of: batch.stream)
        let heldNow = engine.heldSequence(of: batch.stream)
        if let lines { batch.lines = linesNeeded(from: lines, holding: heldNow) }
        if let sequence = heldNow, let line = batch.lines[sequence] {
            held[batch.stream] = Held(sequence: sequence, line: line)
        }
    }

    /// - Returns: whether the pipeline's state has changed.
    private mutating func process(_ delivery: Delivery, into outcome: inout Outcome) -> Bool {
        switch delivery {
        case .duplicates(let count):
            outcome.counts.duplicates += count
            return false
        case .time(let stream, let milliseconds):
            return handle(.time(stream: stream, reached: Timestamp(milliseconds: milliseconds)), of: stream)
        case .idle(let stream):
            handle(.idle(stream: stream), of: stream)
            places[stream]?.isSilent = true
        case .lost(let stream, let count):
            lost[stream] = (lost[stream] ?? 0).plus(count)
            outcome.counts.lost = count
        case .ended(let stream), .vanished(let stream):
            handle(.ended(stream: stream), of: stream)
            openStreams.remove(stream)
            places[stream] = nil
            outcome.commit.ended = stream
            outcome.commit.stream = StreamProgress(stream: stream, hasEnded: true)
        case .began(let stream, let endpoint):
            openStreams.insert(stream)
            heard(from: endpoint)
            outcome.commit.stream = StreamProgress(stream: stream, endpoint: endpoint)
        case .foreign(let stream):
            openStreams.insert(stream)
            heard(from: stream)
            outcome.commit.stream = StreamProgress(stream: stream, endpoint: stream)
        case .refused(let stream, let endpoint, _):
            heard(from: endpoint)
            openStreams.remove(stream)
            outcome.refused = stream
        case .recognized(let stream, let fingerprint):
            outcome.commit.stream = StreamProgress(stream: stream, fingerprint: fingerprint)
            return false
        case .ignored(let endpoint, let problem):
            heard(from: endpoint)
            switch problem {
            case .rival(let stream, _), .workspace(let stream): outcome.refused = "\(stream) on \(endpoint)"
            default: break
            }
            return false
        case .records, .caughtUp: return false
        }
        return true
    }

    /// Forgets what a session has said.
    ///
    /// - Returns: how many windows it had.
    mutating func forget(session: String) -> Int {
        let (windows, streams) = engine.forget(session: session)
        for stream in streams { held[stream] = nil }
        return windows
    }

    /// Says what there was no room for in the log.
    mutating func endLog() { peers.sayWhatWasLeftOut() }

    private mutating func log(_ delivery: Delivery) {
        guard let (level, line) = delivery.logLine else { return }
        peers.log(level, line, about: delivery.stream.map { ["stream": "\($0)"] } ?? [:])
    }

    /// - Returns: whether the engine's state has changed.
    @discardableResult
    private mutating func handle(_ event: Event, of stream: String) -> Bool {
        defer { forgetLine(of: stream) }
        return engine.handle(event, into: &actions)
    }

    /// Forgets the line of a message that isn't held any more.
    private mutating func forgetLine(of stream: String) {
        if let line = held[stream], engine.heldSequence(of: stream) != line.sequence { held[stream] = nil }
    }

    /// The lines of the messages of a batch that the engine set aside or holds, by number.
    private func linesNeeded(from lines: LineBatch, holding held: UInt64?) -> [UInt64: KeptLine] {
        var sequences = actions.compactMap(\.setAsideSequence)
        if let held { sequences.append(held) }
        // What was held before is of an earlier batch.
        var wanted = sequences.filter { $0 >= lines.first }.sorted()[...]
        guard !wanted.isEmpty else { return [:] }
        var kept: [UInt64: KeptLine] = [:]
        lines.forEachLine { sequence, line in
            guard wanted.first == sequence else { return }
            wanted.removeFirst()
            kept[sequence] = KeptLine(line)
        }
        return kept
    }

    /// Says, once, that messages of a publisher without numbers come too late: it may play the same again, which can't be told
    /// from messages that were held up.
    mutating func warnOfRepetition(of stream: String) {
        guard endpoints.contains(stream), repeating.insert(stream).inserted else { return }
        logger.warning(
            "Messages of \(stream) come too late for their windows. If it publishes again what it has published before, these are late; streamllm-producer gives each run a stream of its own"
        )
    }

    // MARK: Limits

    enum SizeWarning {
        case half, part
    }

    /// Says, once, how large open windows have become: before the limit is reached, and when they come out in parts.
    mutating func warn(_ warning: SizeWarning) {
        guard said.insert(warning).inserted else { return }
        let limits = policy.limits
        switch warning {
        case .half:
            logger.warning(
                "Open windows hold \(engine.cost >> 20) MiB, half of what they may: beyond \(limits.total >> 20) MiB the largest come out in parts, before their time"
            )
        case .part:
            logger.warning(
                "A window has come out in part, before its time: one holds at most \(limits.window >> 20) MiB, and all together \(limits.total >> 20) MiB. The trigger of such entries is \"size\""
            )
        }
    }
}
