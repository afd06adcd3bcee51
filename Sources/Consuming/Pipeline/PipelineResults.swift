/// What happens to results that are given.
import Outbox
import Records
import Storage
import Streaming

extension Pipeline {
    /// Takes results that were given in one go. Those that were given before are passed over, and what follows from the others is
    /// one commit: they are all known, or none.
    mutating func take(_ batch: GivenBatch, from endpoint: String, isJournaled: Bool) -> Outcome {
        heard(from: endpoint)
        var outcome = Outcome()
        var given = GivenResults()
        let now = Moment.now
        for (id, record) in batch.records {
            guard known.insert(id) else {
                outcome.counts.duplicates += 1
                continue
            }
            given.ids.append(id)
            if let stream = record.stream, givenStreams.begin(stream) {
                given.streams.append(StreamNews(stream: stream, ended: false))
            }
            switch record {
            case .window(let result, let lost):
                outcome.windows.append(PendingWindow(result, lost: lost, cameOut: now))
                outcome.counts.windows += 1
            case .setAside(let record):
                outcome.records.append(.setAside(record))
                outcome.counts.note(record)
            case .stream(let news):
                givenStreams.take(news)
                given.streams.append(news)
            }
        }
        if isJournaled && !given.ids.isEmpty { outcome.commit.journal = JournalEvent.given(given).bytes }
        outcome.commit.given = batch.number
        outcome.inputs = inputs
        return outcome
    }

    /// Takes on what another process was given.
    mutating func restore(_ given: GivenResults) {
        for id in given.ids { _ = known.insert(id) }
        for news in given.streams { givenStreams.take(news) }
    }
}

extension GivenRecord {
    /// The stream whose window or message it is; nil where it is about the stream itself.
    fileprivate var stream: String? {
        switch self {
        case .window(let result, _): result.stream
        case .setAside(let record): record.stream
        case .stream: nil
        }
    }
}

extension Counts {
    /// Counts a message that whoever cut the windows has set aside.
    fileprivate mutating func note(_ record: SetAside) {
        switch record.kind {
        case .late:
            accepted += 1
            late += 1
        case .rejected: rejected += 1
        }
    }
}
