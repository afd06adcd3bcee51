/// What happens to each delivery, one after the other.
import Common
import Feed
import Logging
import Streaming

/// The pipeline's state: the engine, and what is known of the streams. It does no I/O but logging.
struct Pipeline {
    /// What follows from one delivery.
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

    private var engine: Engine
    private let decoder = BatchDecoder()
    private let logger: Logger
    private var actions: [Action] = []
    private var openStreams: Set<String> = []
    private var silentEndpoints: Set<String>
    private var lost: [String: UInt64] = [:]

    init(policy: WindowPolicy, endpoints: Set<String>, logger: Logger) {
        engine = Engine(policy: policy)
        silentEndpoints = endpoints
        self.logger = logger
    }

    mutating func take(_ delivery: Delivery) -> Outcome {
        var outcome = Outcome()
        switch delivery {
        case .began(let stream, let endpoint):
            logger.info("Stream \(stream) has begun on \(endpoint)")
            openStreams.insert(stream)
            silentEndpoints.remove(endpoint)
        case .foreign(let stream):
            logger.warning(
                "\(stream) publishes without sequence numbers: messages are numbered as they arrive, and losses can't be seen"
            )
            openStreams.insert(stream)
            silentEndpoints.remove(stream)
        case .records(let lines): take(lines, into: &outcome)
        case .duplicates(let count): outcome.counts.duplicates += count
        case .time(let stream, let milliseconds):
            handle(.time(stream: stream, reached: Timestamp(milliseconds: milliseconds)), into: &outcome)
        case .lost(let stream, let count):
            logger.error("\(count) messages of stream \(stream) are lost: its publisher no longer has them")
            lost[stream, default: 0] += count
            outcome.counts.lost += count
        case .caughtUp: break
        case .ended(let stream):
            logger.info("Stream \(stream) has ended")
            finish(stream, into: &outcome)
        case .vanished(let stream):
            logger.warning("Stream \(stream) has ended without saying so: another has taken its place")
            finish(stream, into: &outcome)
        }
        outcome.inputsEnded = openStreams.isEmpty && silentEndpoints.isEmpty
        return outcome
    }

    private mutating func finish(_ stream: String, into outcome: inout Outcome) {
        handle(.ended(stream: stream), into: &outcome)
        openStreams.remove(stream)
        lost[stream] = nil
        outcome.ended = stream
    }

    private mutating func take(_ lines: LineBatch, into outcome: inout Outcome) {
        var rejected: [SetAside] = []
        let messages = decoder.decode(lines, rejected: &rejected)
        outcome.records = rejected.map(Workspace.Record.setAside)
        outcome.counts.rejected += rejected.count
        outcome.counts.accepted += messages.count
        let assigned = engine.assigned
        handle(.messages(messages), lines: lines, into: &outcome)
        outcome.counts.inWindows += engine.assigned - assigned
    }

    private mutating func handle(_ event: Event, lines: LineBatch? = nil, into outcome: inout Outcome) {
        engine.handle(event, into: &actions)
        var late: [LateMessage] = []
        for action in actions {
            switch action {
            case .closed(let window):
                outcome.windows.append(PendingWindow(window, lost: lost[window.stream] ?? 0))
            case .late(let message): late.append(message)
            }
        }
        actions.removeAll(keepingCapacity: true)
        outcome.counts.windows += outcome.windows.count
        outcome.counts.late += late.count
        if let lines, !late.isEmpty {
            for (message, line) in zip(late, lines.lines(late.map(\.sequence))) {
                outcome.records.append(.setAside(SetAside(message, line: line)))
            }
        }
    }
}

extension SetAside {
    fileprivate init(_ message: LateMessage, line: [UInt8]) {
        self.init(
            kind: .late, stream: message.stream, sequence: message.sequence, sessionID: message.sessionID,
            line: String(decoding: line, as: UTF8.self),
            reason:
                "late: its time is \(message.timestamp), and the stream's watermark had reached \(message.watermark)")
    }
}
