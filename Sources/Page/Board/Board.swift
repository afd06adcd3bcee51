/// What the threads that follow write, and tabs read.
import Bytes
import Chat
import DequeModule
import NIOCore
import Records
import Synchronization

/// All that the page knows, behind one lock that is never held for long. Safe to use from anywhere.
final class Board: Sendable {
    /// A longer record isn't sent to tabs: they are told of it.
    static let longestRecord = 4 << 20
    /// What is kept of records, of all workspaces together, in bytes.
    private static let recordBytes = 64 << 20

    /// Where a workspace is.
    struct Place: Sendable, Equatable {
        let endpoint: String
        let takesFeedback: Bool
    }

    struct State {
        var log: EventLog
        var sessions = SessionBoard()
        var workspaces: [Workspace]
        /// Messages that weren't shown at once: there were too many.
        var passedOver = 0
    }

    /// One workspace.
    struct Workspace {
        let place: Place
        var stream: String?
        var records: RecordRing
        var figures = Figures()
        /// The number of the last record.
        var last: UInt64 = 0
        /// Records that were passed over, because there were too many, or nobody has them any more.
        var skipped = 0
    }

    private let state: Mutex<State>
    let news = News()
    /// Tells one run of this program from another.
    let run: String

    /// - Parameters:
    ///   - workspaces: those that are followed.
    ///   - run: a name that no other run has.
    init(_ workspaces: [Place], run: String) {
        self.run = run
        let limits = RecordRing.Limits(bytes: Self.recordBytes / max(1, workspaces.count))
        state = Mutex(
            State(
                log: EventLog(workspaces: workspaces.count),
                workspaces: workspaces.map { Workspace(place: $0, records: RecordRing(limits: limits)) }))
    }

    // MARK: What comes

    /// A workspace has been heard of. Under another name its numbers are others.
    func began(_ stream: String, in workspace: Int) {
        state.withLock { state in
            let known = state.workspaces[workspace].stream
            if let known, !known.isSame(as: stream) {
                state.workspaces[workspace].records.clear()
                state.workspaces[workspace].last = 0
                state.sessions.forget(workspace)
                state.log.begin(workspace)
            }
            state.workspaces[workspace].stream = stream
            state.log.append("workspace") { json in
                json.object {
                    $0.field("workspace", workspace); $0.field("stream", stream)
                }
            }
        }
        news.signal()
    }

    /// A record has come.
    func record(_ number: UInt64, _ line: UnsafeRawBufferPointer, in workspace: Int, at now: ContinuousClock.Instant) {
        let head = RecordHead(line: line)
        let session = head?.subject.map { Array($0.utf8) }
        let isEntry = head?.type == "\(CloudEvent.entry)"
        let glance = isEntry ? EntryGlance(line: line) : nil
        let isShort = line.count <= Self.longestRecord
        // An event's line ends at a carriage return, too. Between the parts of JSON a space is as good.
        var bytes = isShort ? Array(line) : Self.stub(number, line.count, head)
        if bytes.contains(UInt8(ascii: "\r")) { bytes = bytes.map { $0 == UInt8(ascii: "\r") ? 0x20 : $0 } }
        let record = bytes
        state.withLock { state in
            let last = state.workspaces[workspace].last
            // What is begun anew begins with what is here already.
            guard number > last else { return }
            if last > 0 {
                state.workspaces[workspace].skipped = state.workspaces[workspace].skipped.plus(
                    Int(clamping: number - last - 1))
            }
            state.workspaces[workspace].last = number
            if let glance { state.workspaces[workspace].figures.note(glance, at: now) }
            state.workspaces[workspace].records.append(
                RecordRing.Kept(number: number, line: record, session: session))
            if let head, let session, isEntry {
                let isLong = record.count > SessionBoard.longestEntry
                let kept = SessionBoard.Entry(
                    number: number, line: isLong ? Self.stub(number, line.count, head) : record)
                state.sessions.entry(Array(head.id.utf8), kept, of: session, in: workspace)
            }
            let id = state.log.note(record: number, of: workspace)
            state.log.append("record", id: id) { json in
                json.write(envelopeOf: record, number, of: workspace)
            }
        }
        news.signal()
    }

    /// What stands in a long record's place.
    static func stub(_ number: UInt64, _ size: Int, _ head: RecordHead?) -> [UInt8] {
        JSONWriter.bytes { json in
            json.object { json in
                json.field("id", head?.id)
                json.field("type", head?.type)
                json.field("subject", head?.subject)
                json.field("sequence", number)
                json.field("too_large", size)
            }
        }
    }

    /// Records are passed over: there are too many, or nobody has them any more.
    func skip(in workspace: Int) {
        state.withLock { state in
            // Records in memory have no hole: what is before them is asked for.
            state.workspaces[workspace].records.clear()
            state.sessions.forgetAnswers(of: workspace)
        }
    }

    /// Something that isn't kept: a piece of an answer.
    func token(_ payload: [UInt8], in workspace: Int) {
        guard let token = try? Token(json: payload) else { return }
        let session = Array(token.sessionID.utf8)
        state.withLock { state in
            state.sessions.token(
                token.text, index: token.index, of: Array(token.id.utf8), session: session, in: workspace)
            state.log.append("token") { json in
                json.object {
                    $0.field("workspace", workspace)
                    $0.field("id", token.id)
                    $0.field("session_id", token.sessionID)
                    $0.field("index", token.index)
                    $0.field("token", token.text)
                }
            }
        }
        news.signal()
    }

    /// A question is under way.
    func asked(_ payload: [UInt8], in workspace: Int) {
        guard let asked = try? Asked(json: payload) else { return }
        state.withLock { state in
            state.sessions.asked(Array(asked.id.utf8), of: Array(asked.sessionID.utf8), in: workspace)
            state.log.append("asked") { json in
                json.object {
                    $0.field("workspace", workspace)
                    $0.field("id", asked.id)
                    $0.field("session_id", asked.sessionID)
                    $0.field("asked_ms", asked.milliseconds)
                }
            }
        }
        news.signal()
    }

    /// How a consumer is doing.
    func status(_ payload: [UInt8], in workspace: Int, at now: ContinuousClock.Instant) {
        guard let status = try? WorkspaceStatus(json: payload) else { return }
        // As it is understood here, and not as others may write it.
        state.withLock { $0.workspaces[workspace].figures.note(status, json: status.json, at: now) }
    }

    /// A message of an input, before any window has it.
    func message(_ message: DecodedMessage, at place: (stream: String, sequence: UInt64)?) {
        let event = JSONWriter.bytes { json in
            json.object { json in
                json.field("stream", place?.stream)
                json.key("sequence")
                if let place { json.value(place.sequence) } else { json.null() }
                json.key("session_id")
                json.value(utf8: message.sessionID)
                json.field("timestamp", message.timestamp)
                json.field("sender", message.sender.name)
                json.key("message")
                json.value(utf8: message.text)
            }
        }
        state.withLock { state in
            state.sessions.message(
                event, isCustomer: message.sender == .customer, of: Array(message.sessionID))
            state.log.append("message") { $0.writeBytes(event) }
        }
        news.signal()
    }

    /// Messages weren't shown at once.
    /// How each workspace is, and how often messages were passed over. What it gives away is copied nowhere: only figures are read.
    var glance: (workspaces: [(place: Place, stream: String?, last: UInt64, skipped: Int)], passedOver: Int) {
        state.withLock { state in
            (state.workspaces.map { ($0.place, $0.stream, $0.last, $0.skipped) }, state.passedOver)
        }
    }

    func passedOver(_ count: Int) { state.withLock { $0.passedOver += count } }

    /// A record's age when it came, of the newest one.
    func behind(_ milliseconds: Int64, in workspace: Int) {
        state.withLock { $0.workspaces[workspace].figures.behind = milliseconds }
    }

    /// A second is over.
    func tick(at now: ContinuousClock.Instant = .now) {
        state.withLock { state in
            for index in state.workspaces.indices {
                state.workspaces[index].figures.tick(at: now)
                let workspace = state.workspaces[index]
                state.log.append("figures") { $0.write(figuresOf: workspace, index, at: now) }
            }
        }
        news.signal()
    }

    // MARK: What is read

    /// - Returns: what `body` makes of all that is known now.
    func read<R>(_ body: (inout State) -> sending R) -> sending R { state.withLock { body(&$0) } }
}
