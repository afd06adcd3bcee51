/// What happens to each delivery, one after the other.
import Common
import Feed
import Logging
import Streaming

/// The pipeline's state: the engine, and what is known of the streams. It does no I/O but logging.
struct Pipeline {
    /// What follows from one delivery, or from a part of it.
    struct Outcome: Sendable {
        /// Late and rejected records.
        var records: [Workspace.Record] = []
        var windows: [PendingWindow] = []
        var counts = Counts()
        /// Every endpoint has been heard from and every stream has ended.
        var inputsEnded = false
        /// A stream whose end has been dealt with.
        var ended: String?
    }

    /// A line and its number.
    private struct Held {
        let sequence: UInt64
        let line: String
    }

    /// A million windows may close at once; they go on in parts, so that what is done with them goes away.
    private static let windowsPerOutcome = 1024

    private var engine: Engine
    private let decoder = BatchDecoder()
    private let logger: Logger
    private var actions: [Action] = []
    private var openStreams: Set<String> = []
    private var silentEndpoints: Set<String>
    private var lost: [String: UInt64] = [:]
    /// Lines that the engine holds because they seem to come from the future, by stream.
    private var held: [String: Held] = [:]

    init(policy: WindowPolicy, endpoints: Set<String>, logger: Logger) {
        engine = Engine(policy: policy)
        silentEndpoints = endpoints
        self.logger = logger
    }

    /// Takes one delivery, and calls `body` with what follows from it, in one or more parts.
    mutating func take(_ delivery: Delivery, _ body: (Outcome) async -> Void) async {
        var outcome = Outcome()
        let (assignedBefore, heldCount) = (engine.assigned, held.count)
        let heldBefore = delivery.stream.flatMap { held[$0] }
        var lines: LineBatch?
        switch delivery {
        case .records(let batch):
            lines = batch
            take(batch, into: &outcome)
        case .duplicates(let count): outcome.counts.duplicates += count
        case .time(let stream, let milliseconds):
            handle(.time(stream: stream, reached: Timestamp(milliseconds: milliseconds)), of: stream)
        case .idle(let stream):
            handle(.idle(stream: stream), of: stream)
        case .lost(let stream, let count):
            lost[stream, default: 0] += count
            outcome.counts.lost += count
        case .ended(let stream), .vanished(let stream):
            handle(.ended(stream: stream), of: stream)
            openStreams.remove(stream)
            outcome.ended = stream
        case .began(let stream, let endpoint):
            openStreams.insert(stream)
            silentEndpoints.remove(endpoint)
        case .foreign(let stream):
            openStreams.insert(stream)
            silentEndpoints.remove(stream)
        case .caughtUp: break
        }
        log(delivery)
        outcome.counts.inWindows += engine.assigned - assignedBefore
        outcome.counts.accepted += heldCount - held.count
        outcome.inputsEnded = openStreams.isEmpty && silentEndpoints.isEmpty
        await passOn(&outcome, lines: linesNeeded(from: lines, held: heldBefore), body)
        if let ended = outcome.ended { lost[ended] = nil }
    }

    private func log(_ delivery: Delivery) {
        switch delivery {
        case .began(let stream, let endpoint): logger.info("Stream \(stream) has begun on \(endpoint)")
        case .foreign(let stream):
            logger.warning(
                "\(stream) publishes without sequence numbers: messages are numbered as they arrive, and losses can't be seen"
            )
        case .ended(let stream): logger.info("Stream \(stream) has ended")
        case .vanished(let stream):
            logger.warning("Stream \(stream) has ended without saying so: another has taken its place")
        case .idle(let stream):
            logger.warning("Stream \(stream) has fallen silent: its open windows are closed")
        case .lost(let stream, let count):
            logger.error("\(count) messages of stream \(stream) are lost: its publisher no longer has them")
        case .records, .duplicates, .time, .caughtUp: break
        }
    }

    private mutating func take(_ lines: LineBatch, into outcome: inout Outcome) {
        var rejected: [SetAside] = []
        let messages = decoder.decode(lines, rejected: &rejected)
        outcome.records = rejected.map(Workspace.Record.setAside)
        outcome.counts.rejected += rejected.count
        outcome.counts.accepted += messages.count
        handle(.messages(messages), of: lines.stream)
        if let sequence = engine.heldSequence(of: lines.stream), held[lines.stream]?.sequence != sequence,
            let line = lines.lines([sequence]).first
        {
            held[lines.stream] = Held(sequence: sequence, line: String(decoding: line, as: UTF8.self))
        }
    }

    private mutating func handle(_ event: Event, of stream: String) {
        engine.handle(event, into: &actions)
        if let line = held[stream], engine.heldSequence(of: stream) != line.sequence { held[stream] = nil }
    }

    /// Turns what the engine did into records and windows, and hands them on.
    private mutating func passOn(
        _ outcome: inout Outcome, lines: [UInt64: String], _ body: (Outcome) async -> Void
    ) async {
        // Taken from the end, so that what has been handed on is gone here.
        actions.reverse()
        while let action = actions.popLast() {
            switch action {
            case .result(let result):
                outcome.windows.append(PendingWindow(result, lost: lost[result.stream] ?? 0))
                outcome.counts.windows += 1
            case .late(let message):
                outcome.records.append(.setAside(SetAside(message, line: lines[message.sequence] ?? "")))
                outcome.counts.late += 1
            case .rejected(let message):
                outcome.records.append(.setAside(SetAside(message, line: lines[message.sequence] ?? "")))
                outcome.counts.rejected += 1
                outcome.counts.accepted -= 1
            }
            if outcome.windows.count == Self.windowsPerOutcome && !actions.isEmpty {
                let (inputsEnded, ended) = (outcome.inputsEnded, outcome.ended)
                // What is true at the end is said at the end.
                outcome.inputsEnded = false
                outcome.ended = nil
                await body(outcome)
                outcome = Outcome(inputsEnded: inputsEnded, ended: ended)
            }
        }
        // The room of a batch's actions is kept; that of a million isn't.
        if actions.capacity > 1 << 16 { actions = [] }
        await body(outcome)
    }

    /// The lines of the late and rejected messages among the actions, by number.
    ///
    /// - Parameter held: the one that was held before, whose line isn't in this batch.
    private func linesNeeded(from lines: LineBatch?, held: Held?) -> [UInt64: String] {
        let sequences = actions.compactMap(\.setAsideSequence)
        guard !sequences.isEmpty else { return [:] }
        var found: [UInt64: String] = [:]
        if let held { found[held.sequence] = held.line }
        if let lines {
            let inBatch = sequences.filter { $0 >= lines.first }
            for (sequence, line) in zip(inBatch, lines.lines(inBatch)) {
                found[sequence] = String(decoding: line, as: UTF8.self)
            }
        }
        return found
    }
}

extension Action {
    /// The number of a message that isn't in a window.
    fileprivate var setAsideSequence: UInt64? {
        switch self {
        case .result: nil
        case .late(let message): message.sequence
        case .rejected(let message): message.sequence
        }
    }
}

extension SetAside {
    fileprivate init(_ message: LateMessage, line: String) {
        self.init(
            kind: .late, stream: message.stream, sequence: message.sequence, sessionID: message.sessionID, line: line,
            reason:
                "late: its time is \(message.timestamp), and the stream's watermark had reached \(message.watermark)")
    }

    fileprivate init(_ message: RejectedMessage, line: String) {
        self.init(
            kind: .rejected, stream: message.stream, sequence: message.sequence, sessionID: message.sessionID,
            line: line,
            reason:
                "from the future: its time is \(message.timestamp), the stream had reached \(message.reached), and no message near it followed"
        )
    }
}
