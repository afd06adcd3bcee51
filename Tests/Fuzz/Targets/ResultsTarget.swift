/// Results of windows, as whoever cuts them gives them.
import Bytes
import Chat
import Feed
import Records
import Streaming

@testable import Consuming
@testable import Storage

extension FuzzTarget {
    static let results = FuzzTarget(
        "results",
        words: [
            "\"specversion\"", "\"id\"", "\"type\"", "\"data\"", "\"messages\"", "\"supersedes\"",
            "\"also_supersedes\"",
            "\"window\"", "\"lost\"", "\"part\"", "\"parts\"", "-1", "streamllm.stream.v1", "+10000-01-01T",
            "-0001-12-31T", "null", "\n",
        ]
    ) {
        SampleRecords.all.dropLast().map { record in
            JSONWriter.bytes { record.write(to: &$0, sequence: 1, time: .sample) }
        } + [
            Array(
                #"{"specversion":"1.0","id":"s/1/began","source":"/x","type":"streamllm.stream.v1","data":{"stream":"s","ended":true,"part":0,"parts":2}}"#
                    .utf8)
        ]
    } reader: {
        let hash = KeyedHash(key: [UInt8](repeating: 1, count: 16))
        return .direct { input in
            guard let batch = try? GivenBatch(number: 1, lines: Array(input), hash: hash) else { return nil }
            // As the journal keeps what was given.
            let given = GivenResults(
                ids: batch.records.map(\.id),
                streams: batch.records.compactMap { if case .stream(let news) = $0.record { news } else { nil } })
            let journal = JournalEvent.given(given).bytes
            guard case .given(let kept)? = try? journal?.withUnsafeBytes({ try JournalEvent(bytes: $0) }) else {
                throw Finding("what was given can't be kept")
            }
            try Finding.unless(kept.ids == given.ids && kept.streams == given.streams, "given as something else")
            for case (_, .window(let result, let lost)) in batch.records {
                // As the store keeps it while it waits for its answer, and as it is published then.
                let pending = PendingWindow(result, lost: lost)
                let again = try? PendingWindow(bytes: pending.bytes)
                try Finding.unless(again?.result == result && again?.lost == lost, "kept as something else")
                let entry = pending.entry(response: .none)
                let written = JSONWriter.bytes { entry.write(to: &$0, sequence: 1, time: .sample) }
                guard case .entry(let published) = try? WorkspaceRecord(json: written) else {
                    throw Finding("the entry can't be read: \(written.shown)")
                }
                try Finding.unless(published.id == entry.id, "another id: \(written.shown)")
            }
            return Array(input)
        }
    }
}
