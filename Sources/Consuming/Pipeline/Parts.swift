/// How what follows from an event is handed on.
import Bytes
import Outbox
import Records
import Storage
import Streaming
import Threads

extension Pipeline {
    /// Lines of a batch that aren't messages.
    struct Rejected {
        var lines: [RejectedLine] = []
        var stream = ""
    }

    /// Turns rejected lines, and then what the engine did, into records and windows, and hands them on. When the task is
    /// cancelled it stops behind a part.
    ///
    /// - Returns: whether all of it was handed on.
    mutating func passOn(
        _ outcome: inout Outcome, _ rejected: Rejected, lines: [UInt64: KeptLine], partSize: ClosedRange<Int>,
        _ skipping: Int,
        _ body: (Outcome) async -> Void
    ) async -> Bool {
        var parts = Parts(
            of: rejected.lines.count + actions.count, partSize: partSize, isJournaled: outcome.commit.journal != nil)
        // All of the event's messages count with its first part, so that the sums come out whichever part is the last; also
        // those whose records another process has written.
        for action in actions { outcome.counts.note(action) }
        if skipping > 0 {
            // The row is there, and the beginning of what follows from it.
            (outcome.commit.journal, outcome.commit.stream) = (nil, nil)
            parts.done = min(skipping, parts.count)
            actions.removeFirst(max(0, parts.done - rejected.lines.count))
        }
        for line in rejected.lines.dropFirst(max(0, skipping)) {
            let record = SetAside(line, of: rejected.stream)
            outcome.records.append(.setAside(record))
            guard let part = parts.add(record.size, to: &outcome) else { continue }
            await body(part)
            if Task.isCancelled { return false }
        }
        // Taken from the end, so that what has been handed on is gone here.
        actions.withUnsafeMutableBufferPointer { $0.reverse() }  // An array would copy what it swaps.
        let now = Moment.now
        while !actions.isEmpty {
            let size = append(actions.removeLast(), from: lines, at: now, to: &outcome)
            guard let part = parts.add(size, to: &outcome) else { continue }
            await body(part)
            if Task.isCancelled { return false }
        }
        // The room of a batch's actions is kept; that of a million isn't.
        if actions.capacity > 1 << 16 { actions = [] }
        if parts.isJournaled { outcome.commit.progress = .whole }
        await body(outcome)
        return true
    }

    /// Puts what the engine did into an outcome.
    ///
    /// - Returns: how much it is, in bytes, roughly.
    private mutating func append(
        _ action: consuming Action, from lines: [UInt64: KeptLine], at now: Moment, to outcome: inout Outcome
    ) -> Int {
        let record: SetAside
        switch consume action {
        case .result(let result):
            let lost = lost.isEmpty ? 0 : lost[result.stream] ?? 0
            outcome.windows.append(PendingWindow(result, lost: lost, cameOut: now))
            outcome.counts.windows += 1
            if result.trigger == .size { warn(.part) }
            return result.size
        case .late(let message):
            warnOfRepetition(of: message.stream)
            record = SetAside(message, line: lines[message.sequence] ?? KeptLine(text: ""))
        case .rejected(let message):
            record = SetAside(message, line: lines[message.sequence] ?? KeptLine(text: ""))
        }
        outcome.records.append(.setAside(record))
        return record.size
    }
}

/// Cuts what follows from one event into parts that are of a size.
private struct Parts {
    /// How many things follow.
    let count: Int
    let isJournaled: Bool
    /// How many of them have been dealt with.
    var done = 0
    /// Parts grow from the one size to the other.
    private let sizes: ClosedRange<Int>
    /// The next part's.
    private var partSize: Int
    private var size = 0

    init(of count: Int, partSize: ClosedRange<Int>, isJournaled: Bool) {
        (self.count, self.isJournaled) = (count, isJournaled)
        (sizes, self.partSize) = (partSize, partSize.lowerBound)
    }

    /// Counts a thing that has been put into an outcome.
    ///
    /// - Returns: the outcome so far where it is large enough for a part; what comes then is put into a new one.
    mutating func add(_ more: Int, to outcome: inout Outcome) -> Outcome? {
        done += 1
        size += more
        guard size >= partSize && done < count else { return nil }
        size = 0
        partSize = min(partSize * 2, sizes.upperBound)
        var part = Outcome(inputs: outcome.inputs)
        part.commit.ended = outcome.commit.ended
        // What is true at the end is said at the end.
        part.upcoming = exchange(&outcome.upcoming, with: [])
        (outcome.inputs, outcome.commit.ended) = (Inputs(), nil)
        if isJournaled { outcome.commit.progress = .part(done) }
        swap(&part, &outcome)
        return part
    }
}
