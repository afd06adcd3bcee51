/// The global workspace: where windows and answers become numbered records.
import Answering
import Bytes
import Chat
import Common
import Feed
import Foundation
import Records
import Storage
import Threads

/// Numbers and encodes records, in the order in which they come here; keeps the counts; and knows when everything is out.
package actor Workspace {
    /// Streams that weren't what they had been and are named at the end.
    private static let refusedNamed = 100

    private let commits: BoundedQueue<Commit>
    private let outlets: CommitService.Outlets
    /// What stands as the answer where nobody is asked.
    private let instantAnswer: InstantAnswer?
    /// Whether records go into a store.
    private let areKept: Bool
    private let progress: StageProgress
    private var next: UInt64
    // Kept from record to record, for their room.
    private var json = JSONWriter(release: Version.current)
    private var packed = ByteWriter()
    private var topics: [UInt8] = []
    package private(set) var counts = Counts()
    /// Of the feedback, how much there was of each kind.
    package private(set) var feedbackKinds: [Feedback.Kind: Int] = [:]
    /// Windows that wait for an answer, those that are being answered included.
    package private(set) var waiting: Int
    /// Windows that have been handed on to wait for one, with those that another process left.
    private var handedOn: Int
    private var inputs: Inputs
    /// As many refused streams are named at the end as a person might read.
    private static let mostRefused = 1000
    /// Streams that aren't what they were.
    package private(set) var refused: Set<String> = []
    private var isComplete = false
    /// No record follows any more.
    private var hasEnded = false

    /// - Parameters:
    ///   - next: the number of the next record.
    ///   - waiting: windows that another process left, and that wait for an answer.
    ///   - inputs: how far the inputs are.
    ///   - instantAnswer: what stands as the answer where nobody is asked.
    ///   - areKept: whether records go into a store.
    ///   - commits: where everything goes, to be made durable.
    ///   - outlets: where it goes then; asked for room here, so that whoever is behind is waited for.
    ///   - stages: where progress is noted.
    package init(
        from next: UInt64, waiting: Int, inputs: Inputs, instantAnswer: InstantAnswer?, areKept: Bool,
        commits: BoundedQueue<Commit>, outlets: CommitService.Outlets, stages: Stages = Stages()
    ) {
        progress = stages.stage("workspace")
        self.commits = commits
        self.outlets = outlets
        self.instantAnswer = instantAnswer
        self.areKept = areKept
        self.next = next
        self.waiting = waiting
        handedOn = waiting
        self.inputs = inputs
    }

    // MARK: What comes

    /// Takes what follows from one event, or a part of the pipeline's state as it is then, and waits while others are behind.
    package func submit(_ outcome: Outcome) async {
        counts += outcome.counts
        inputs = outcome.inputs
        if let stream = outcome.refused, refused.count < Self.mostRefused { refused.insert(stream) }
        if let began = outcome.commit.stream, began.endpoint != nil { refused.remove(began.stream) }
        var commit = outcome.commit
        // Behind windows that another process left the new ones wait, too: a session's entries come in order.
        let areAnswered = instantAnswer != nil && waiting == 0
        if !areAnswered {
            commit.pending = outcome.windows
            waiting += outcome.windows.count
            handedOn += outcome.windows.count
        }
        if !outcome.upcoming.isEmpty { outlets.backlog.expect(outcome.upcoming, behind: handedOn) }
        await push(commit, outcome.records, answered: areAnswered ? outcome.windows : [])
        await outlets.backlog.waitForRoom()
    }

    /// Takes the entry of a window that had waited for it.
    ///
    /// - Parameter trace: what happened to the window; nil: nobody wants to know.
    package func submit(_ entry: WorkspaceEntry, answering id: Int64, _ trace: EntryTrace? = nil) async {
        waiting -= 1
        await push(Commit(answered: [id]), [.entry(entry)], trace)
    }

    /// Takes feedback, and publishes it as records.
    ///
    /// - Returns: false when the stream has ended: nothing was taken.
    package func submit(_ feedback: [Feedback]) async -> Bool {
        if hasEnded { return false }
        counts.feedback += feedback.count
        var commit = Commit()
        for (offset, one) in feedback.enumerated() {
            feedbackKinds[one.kind, default: 0] += 1
            commit.feedback.append(
                KeptFeedback(id: one.id, record: next + UInt64(offset), fingerprint: one.fingerprint))
        }
        await push(commit, feedback.map { .feedback($0) })
        return true
    }

    /// Ends the stream, behind all that was submitted.
    package func end() async {
        hasEnded = true
        var commit = Commit()
        commit.isEnd = true
        await push(commit, [])
    }

    /// - Parameter windows: those that become entries at once, behind the records.
    private func push(
        _ commit: Commit, _ records: [WorkspaceRecord], answered windows: [PendingWindow] = [],
        _ trace: EntryTrace? = nil
    ) async {
        var commit = commit
        // The actor encodes one after the other; waiting, and more of this, is its callers'.
        progress.note()
        encode(records, windows, into: &commit)
        commit.block?.trace = trace
        progress.idle()
        let complete = inputs.haveEnded && waiting == 0
        if complete != isComplete { commit.isComplete = complete }
        commit.isLast = complete && inputs.areHeard
        isComplete = complete
        if commit.isEmpty { return }
        commits.push(commit, weight: commit.weight)
        await commits.waitForRoom()
        await outlets.output.waitForRoom()
        await outlets.console?.waitForIt()
    }

    // MARK: Encoding

    private func encode(_ records: [WorkspaceRecord], _ windows: [PendingWindow], into commit: inout Commit) {
        guard !records.isEmpty || !windows.isEmpty else { return }
        let time = Timestamp.now
        topics.removeAll(keepingCapacity: true)
        var ends = RecordBlock.Ends()
        ends.reserveCapacity(records.count + windows.count)
        if areKept {
            let count = records.count + windows.count
            PackedRecords.begin(&packed, count: count, time: time, release: Version.current)
        }
        func append(_ record: borrowing WorkspaceRecord) {
            write(record, time, sequence: next + UInt64(ends.count))
            ends.append((json.count, topics.count))
        }
        // By index: a loop over the elements would copy each.
        for index in records.indices { append(records[index]) }
        if let instantAnswer, let first = windows.first {
            let waited = instantAnswer == .none ? 0 : (Moment.now - first.cameOut).milliseconds
            let timing = Timing(queued: waited, total: waited)
            for index in windows.indices {
                let response = instantAnswer.response(to: windows[index].result.conversation)
                append(.entry(windows[index].entry(response: response, timing: timing)))
            }
        }
        let block = RecordBlock(first: next, lines: json.finish(), topics: topics, ends: ends)
        if areKept { commit.records = PackedRecords(first: next, bytes: packed.finish()) }
        next = block.next
        commit.block = block
    }

    private func write(_ record: borrowing WorkspaceRecord, _ time: Timestamp, sequence: UInt64) {
        switch record {
        case .entry(let entry):
            count(entry.response.status)
            Topic.append("workspace/", entry.result.sessionID, to: &topics)
        case .setAside(let setAside):
            if setAside.kind == .late {
                Topic.append("late/", setAside.sessionID ?? "", to: &topics)
            } else {
                topics.append(contentsOf: Topic.rejected.utf8)
            }
        case .feedback(let feedback): Topic.append("feedback/", feedback.sessionID, to: &topics)
        }
        record.write(to: &json, sequence: sequence, time: time)
        json.endLine()
        if areKept { record.write(to: &packed) }
    }

    private func count(_ status: Response.Status) {
        switch status {
        case .generated: counts.generated += 1
        case .fallback: counts.fallback += 1
        case .none: counts.unanswered += 1
        case .superseded: counts.superseded += 1
        // No new entry is: what has been published is emptied in the store.
        case .forgotten: break
        }
    }

    /// Publishes that a window's question is under way. It isn't kept.
    ///
    /// - Parameters:
    ///   - since: when it was asked.
    ///   - underWay: how many questions are.
    package func publish(asked window: PendingWindow, since: Moment, underWay: Int) {
        let payload = JSONWriter.bytes { json in
            json.object { json in
                json.field("id", window.entry(response: .none).id)
                json.field("session_id", window.result.sessionID)
                json.field("asked_ms", max(0, (Moment.now - since).milliseconds))
                json.field("waiting", max(0, waiting - underWay))
            }
        }
        let item = OutputItem.unkept(topic: Topic.make("asked/", window.result.sessionID), payload: payload)
        outlets.output.push(item, weight: item.weight)
    }

    /// Publishes a piece of an answer as it is being written. It isn't kept.
    package func publish(token: String, index: Int, of entryID: String, sessionID: String) {
        let payload = JSONWriter.bytes { json in
            json.object { json in
                json.field("id", entryID)
                json.field("session_id", sessionID)
                json.field("index", index)
                json.field("token", token)
            }
        }
        let item = OutputItem.unkept(topic: Topic.make("token/", sessionID), payload: payload)
        outlets.output.push(item, weight: item.weight)
    }
}
