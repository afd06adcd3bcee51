/// Rows of the store, with the checksums taken off: what they keep out is let in here.
import Bytes
import Feed
import Records
import Streaming
import TestSupport

@testable import Consuming
@testable import Storage

extension FuzzTarget {
    static let event = FuzzTarget("event", words: [WindowPolicy(.tumbling(size: 5)).json]) {
        var batch = DecodedBatch()
        BatchDecoder().decode(
            LineBatch(stream: "s", first: 1 << 40, lines: SampleLines.plain + ["none", ""]), into: &batch)
        batch.lines = [1 << 40 + 1: KeptLine(text: SampleLines.plain[0])]
        let events: [JournalEvent] = [
            .batch(batch), .delivery(.time(stream: "s", milliseconds: -5)), .delivery(.idle(stream: "")),
            .delivery(.lost(stream: "s", count: .max)), .delivery(.began(stream: "é", endpoint: "ipc:///x")),
            .delivery(.refused(stream: "s", endpoint: "ipc:///x", reason: "another")),
            .policy(WindowPolicy(.session(gap: 5, longest: 9), allowedLateness: 3, turnSilence: 1)),
        ]
        return try events.map(bytes(of:))
    } reader: {
        .direct { input in
            guard let event = try? JournalEvent(bytes: input) else { return nil }
            let written = try bytes(of: event)
            guard let again = try? written.withUnsafeBytes({ try JournalEvent(bytes: $0) }) else {
                throw Finding("an event isn't read back: \(event)")
            }
            try Finding.unless(try bytes(of: again).histogram == written.histogram, "it is read as another: \(event)")
            return written
        }
    }

    private static func bytes(of event: JournalEvent) throws -> [UInt8] {
        guard let bytes = event.bytes else { throw Finding("an event isn't written: \(event)") }
        return bytes.withUnsafeBytes { Array($0) }
    }

    static let records = FuzzTarget("records", words: ["generated", "fallback", "superseded", "none", "tumbling"]) {
        [packed(SampleRecords.all)] + SampleRecords.all.map { packed([$0]) } + [packed([])]
    } reader: {
        .direct { input in
            let records = PackedRecords(first: 1, bytes: SharedBytes(input))
            guard let block = try? records.lines() else { return nil }
            try Finding.unless((try? records.next) == block.next, "two counts of one block")
            var start = 0
            var read: [WorkspaceRecord] = []
            for end in block.ends {
                let line = block.bytes.withUnsafeBytes { Array($0[start..<(end - 1)]) }
                start = end
                // What was kept was UTF-8, and of a time that can be.
                guard String(validating: line, as: UTF8.self) != nil else { continue }
                try Finding.unless(!line.contains(0x0A), "a line feed in a record: \(line.shown)")
                guard let record = try? WorkspaceRecord(json: line) else { continue }
                read.append(record)
                let again = try PackedRecords(first: 1, bytes: .copy(of: packed([record]))).lines()
                let expected = JSONWriter.bytes { record.write(to: &$0, sequence: 1, time: .sample) } + [0x0A]
                try Finding.unless(
                    again.bytes.withUnsafeBytes { $0.elementsEqual(expected) }, "it is kept as another: \(line.shown)")
            }
            try Finding.unless(start == block.bytes.count, "something stands behind the last record")
            return read.count == block.ends.count ? packed(read) : Array(input)
        }
    }

    /// Records as the store keeps them.
    private static func packed(_ records: [WorkspaceRecord]) -> [UInt8] {
        var writer = ByteWriter()
        PackedRecords.begin(&writer, count: records.count, time: .sample)
        for record in records { record.write(to: &writer) }
        return writer.withBytes { Array($0) }
    }

    static let cursor = FuzzTarget("cursor") {
        [
            StreamCursor(stream: "chats", endpoint: "tcp://127.0.0.1:5556", next: 7, fingerprint: "0123456789abcdef"),
            StreamCursor(stream: "", endpoint: "é", next: .max, hasEnded: true),
        ].map(\.bytes)
    } reader: {
        .direct { input in
            guard let cursor = try? StreamCursor(bytes: Array(input)) else { return nil }
            try Finding.unless((try? StreamCursor(bytes: cursor.bytes)) == cursor, "not read back: \(cursor)")
            return cursor.bytes
        }
    }

    static let pending = FuzzTarget("pending", words: ["tumbling", "sliding", "session", "window", "turn"]) {
        [PendingWindow(SampleRecords.result, lost: 9).bytes]
    } reader: {
        .direct { input in
            guard let window = try? PendingWindow(bytes: Array(input)) else { return nil }
            let again = try? PendingWindow(bytes: window.bytes)
            try Finding.unless(
                again?.bytes == window.bytes && again?.lost == window.lost, "not read back: \(window.result.sessionID)")
            // What is done with it next.
            let entry = JSONWriter.bytes {
                window.entry(response: .none).write(to: &$0, sequence: 1, time: .sample)
            }
            try Finding.unless(!entry.contains(0x0A), "a line feed in an entry: \(entry.shown)")
            return window.bytes
        }
    }
}
