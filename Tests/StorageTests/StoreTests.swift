/// The database itself.
import Bytes
import Chat
import Common
import Feed
import Foundation
import GRDB
import StorageRig
import Testing
import TestSupport

@testable import Storage

// One after the other: a database blocks its thread, and other tests want some of those.
@Suite("The store", .serialized, .timeLimit(.minutes(5)))
struct StoreTests: StoreSuite {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private let idle = JournalEvent.delivery(.idle(stream: "s"))
    private let ended = JournalEvent.delivery(.ended(stream: "s"))

    @Test("what is committed is there after a restart, and the output stream is the same")
    func restart() async throws {
        let stream = try {
            let store = try open()
            try store.commit([
                Commit(
                    journal: idle.bytes, progress: .part(3),
                    stream: StreamProgress(stream: "s", endpoint: "e", next: 8),
                    pending: [.of("A", 1), .of("B", 1)], records: .numbered(1...3)),
                Commit(stream: StreamProgress(stream: "s", hasEnded: true)),
            ])
            return store.outputStream
        }()
        let store = try open()
        #expect(store.outputStream == stream)
        let recovery = try store.recovery()
        #expect(recovery.checkpoint == nil)
        #expect(try await store.events() == ["\(idle)"])
        #expect(recovery.progress == 3)
        #expect(recovery.cursors == [StreamCursor(stream: "s", endpoint: "e", next: 8, hasEnded: true)])
        #expect(recovery.nextRecord == 4)
        #expect(recovery.pending == 2)
    }

    @Test("streams are told apart by all bytes of their ids, those behind a NUL as well")
    func names() throws {
        let ids = ["s", "s\u{0}", "s\u{0}t", "\u{E9}", "e\u{301}"]
        func progress(_ next: UInt64) -> [Commit] {
            ids.indices.map { Commit(stream: StreamProgress(stream: ids[$0], next: UInt64($0) + next)) }
        }
        for (index, id) in ids.enumerated() {
            try open().commit([Commit(stream: StreamProgress(stream: id, endpoint: "\(index)"))])
        }
        // Several changes of each in one transaction.
        try open().commit(progress(1) + progress(2))
        let cursors = try open().recovery().cursors
        #expect(cursors.map { Array($0.stream.utf8) } == ids.map { Array($0.utf8) })
        #expect(cursors.map(\.endpoint) == ids.indices.map(String.init))
        #expect(cursors.map(\.next) == ids.indices.map { UInt64($0) + 2 })
    }

    @Test("windows are read a few at a time where they are large, but one at least")
    func largePending() async throws {
        let store = try open()
        let text = String(repeating: "x", count: 3000)
        try store.commit([Commit(pending: (1...9).map { .of("A", $0, message: text) })])
        func names(_ size: Int) async throws -> [String] {
            try await store.pending(after: 0, limit: 5, size: size).map(\.name)
        }
        #expect(try await names(1) == ["A1"])
        #expect(try await names(3000) == ["A1"])
        #expect(try await names(4000) == ["A1", "A2"])
        #expect(try await names(1 << 20) == ["A1", "A2", "A3", "A4", "A5"])
    }

    @Test("windows wait in their order until they are answered")
    func pending() async throws {
        let store = try open()
        try store.commit([Commit(pending: [.of("A", 1), .of("B", 1), .of("A", 2)])])
        let all = try await store.pending(after: 0, limit: 10)
        #expect(all.map(\.name) == ["A1", "B1", "A2"])
        try store.commit([Commit(answered: [all[1].id])])
        #expect(try await store.pending(after: 0, limit: 10).map(\.name) == ["A1", "A2"])
        #expect(try await store.pending(after: all[0].id, limit: 10).map(\.name) == ["A2"])
        #expect(try await store.pending(after: 0, limit: 1).map(\.name) == ["A1"])
    }

    @Test("the files are for their owner alone")
    func permissions() throws {
        let directory = try StateDirectory(folder.path + "/state/deep")
        let store = try Store(path: directory.database, synchronous: .full)
        try store.commit([Commit(journal: idle.bytes)])
        func mode(_ path: String) throws -> Int? {
            (try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? NSNumber)?.intValue
        }
        #expect(try mode(directory.path) == 0o700)
        for file in try FileManager.default.contentsOfDirectory(atPath: directory.path) {
            #expect(try mode(directory.path + "/" + file) == 0o600, "\(file)")
        }
    }

    @Test("commits wait for the disk as was asked for", arguments: [(Store.Synchronous.full, 2), (.normal, 1)])
    func synchronous(_ asked: Store.Synchronous, _ value: Int) throws {
        let store = try Store(path: path, synchronous: asked)
        #expect(try store.read { try Int.fetchOne($0, sql: "PRAGMA synchronous") } == value)
    }

    @Test("a store of a later release is refused, and left as it is")
    func newer() throws {
        try {
            _ = try open()
            try DatabaseQueue(path: path).write { try $0.execute(sql: "PRAGMA user_version = 1000") }
        }()
        let before = try Data(contentsOf: URL(fileURLWithPath: path))
        let error = #expect(throws: StoreError.self) { try open() }
        #expect(error?.isDamage == false)
        #expect(error?.description.contains("version 1000") == true)
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
    }

    @Test("a damaged page anywhere is noticed when the store is opened, or does no harm", arguments: 0..<12)
    func damagedPage(_ part: Int) throws {
        try {
            let store = try open()
            for first in stride(from: UInt64(1), to: 2000, by: 10) {
                try store.commit([
                    Commit(journal: idle.bytes, progress: .whole, records: .numbered(first...(first + 9)))
                ])
            }
        }()
        var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        let pages = bytes.count / Store.pageSize
        let page = part * pages / 12
        for index in 0..<64 { bytes[page * Store.pageSize + index] = 0xA5 }
        try bytes.write(to: URL(fileURLWithPath: path))
        do {
            let store = try open()
            _ = try store.recovery()
        } catch let error as StoreError {
            #expect(error.isDamage)
        }
    }

    /// All that a daemon would read from the store.
    private func content(_ store: Store) async throws -> [String] {
        let recovery = try store.recovery()
        var content = [
            store.outputStream, "\(recovery.identity)", "\(try store.parts(of: recovery.checkpoint))",
            "\(recovery.progress ?? -1)",
            "\(recovery.cursors)", "\(recovery.nextRecord)", "\(try await store.events())",
        ]
        content += try await store.pending(after: .min, limit: 1000).map { "\($0.bytes)" }
        var next = try store.firstRecord() ?? 1
        while next < recovery.nextRecord {
            guard let block = try store.block(with: next) else { break }
            content.append(block.bytes.withUnsafeBytes { "\(block.first) " + String(decoding: $0, as: UTF8.self) })
            next = block.next
        }
        return content
    }

    /// Puts something into each of the tables.
    private func fill() throws {
        let store = try open()
        for first in stride(from: UInt64(1), to: 100, by: 10) {
            try store.commit([
                Commit(
                    journal: try batch(first), progress: .part(Int(first)),
                    stream: StreamProgress(stream: "s\(first)", endpoint: "e", next: first, fingerprint: "f"),
                    pending: [.of("A", 1)], records: .numbered(first...(first + 9)))
            ])
        }
        try store.commit([
            Commit(checkpoint: .of(Array(0..<200), 0, isLast: false)),
            Commit(checkpoint: .of(Array(0..<100), 1, isLast: true)), Commit(journal: ended.bytes),
            Commit(journal: try batch(101)),
        ])
    }

    private func batch(_ first: UInt64) throws -> SharedBytes? {
        var batch = DecodedBatch()
        (batch.first, batch.count) = (first, 2)
        batch.messages.begin(stream: "s")
        batch.rejected = [RejectedLine(sequence: first, line: "one", reason: "it isn't JSON")]
        try line.utf8.withContiguousStorageIfAvailable {
            batch.messages.append(try MessageDecoder().decode(UnsafeRawBufferPointer($0)), sequence: first + 1)
        }
        return JournalEvent.batch(batch).bytes
    }

    private let line = #"{"session_id":"a","timestamp":"2025-01-23T14:30:00Z","sender":"rm","message":"x"}"#

    @Test("a bit that flips, anywhere, is noticed or does no harm", arguments: 0..<8 as Range<UInt64>)
    func flippedBits(_ seed: UInt64) async throws {
        try fill()
        let before = try await content(try open())
        let whole = try Data(contentsOf: URL(fileURLWithPath: path))
        var random = SeededGenerator(seed)
        // Where something stands: most of a page is empty.
        let places = whole.indices.filter { whole[$0] != 0 }
        var noticed = 0
        for _ in 0..<60 {
            var bytes = whole
            guard let place = places.randomElement(using: &random) else { break }
            bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            let copy = folder.path + "/copy.sqlite"
            for suffix in ["", "-wal", "-shm", StateDirectory.damageMarker] {
                try? FileManager.default.removeItem(atPath: copy + suffix)
            }
            try bytes.write(to: URL(fileURLWithPath: copy))
            do {
                let after = try await content(try Store(path: copy, synchronous: .normal))
                // Where it differs, not all of it: that fills screens.
                let difference = zip(before, after).first { $0 != $1 }.map {
                    "\($0.0.prefix(300)) -> \($0.1.prefix(300))"
                }
                #expect(difference == nil && after.count == before.count, "byte \(place)")
            } catch is StoreError {
                noticed += 1
            }
        }
        #expect(noticed > 0)
    }

    @Test(
        "a value of another type than its column's is damage, and ends nothing",
        arguments: [
            "meta.value", "journal.event", "journal.sum", "cursor.stream", "cursor.state",
            "pending.window", "record.records", "record.sum", "checkpoint.part", "checkpoint.sum",
        ], ["0", "-7", "1.5", "'text'", "x'00'"])
    func otherType(_ place: String, _ value: String) async throws {
        try fill()
        let (table, column) = (place.prefix { $0 != "." }, place.drop { $0 != "." }.dropFirst())
        try await DatabaseQueue(path: path).write { db in
            try db.execute(
                sql: "UPDATE \(table) SET \(column) = \(value) WHERE rowid = (SELECT max(rowid) FROM \(table))")
        }
        let error = await #expect(throws: StoreError.self) { _ = try await content(try open()) }
        #expect(error?.isDamage == true)
    }

    @Test("records that a wrong number hides are damage, whoever asks for them")
    func hiddenRecords() async throws {
        try fill()
        try await DatabaseQueue(path: path).write {
            try $0.execute(sql: "UPDATE record SET first = 15 WHERE first = 11")
        }
        let store = try open()
        #expect(try store.block(with: 10)?.next == 11)
        for hidden in [11, 14, 15, 20] as [UInt64] {
            let error = #expect(throws: StoreError.self) { try store.block(with: hidden) }
            #expect(error?.isDamage == true)
        }
    }

    @Test("a store that is cut off is noticed, or is as it was", arguments: [1, 100, 4096, 16384, 40_000, 60_000])
    func cutOff(_ missing: Int) async throws {
        let before = try await {
            let store = try open()
            for first in stride(from: UInt64(1), to: 1000, by: 10) {
                try store.commit([
                    Commit(journal: idle.bytes, progress: .whole, records: .numbered(first...(first + 9)))
                ])
            }
            return try await content(store)
        }()
        let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        try bytes.dropLast(missing).write(to: URL(fileURLWithPath: path))
        do {
            let isSame = try await content(try open()) == before
            #expect(isSame)
        } catch let error as StoreError {
            #expect(error.isDamage)
        }
    }

    @Test("damage that shows itself while the daemon runs: who opens the store next knows of it")
    func damageFoundLater() throws {
        try {
            let store = try open()
            try store.commit([Commit(records: .numbered(1...10))])
        }()
        var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        let record = try #require(bytes.range(of: Data("record 7".utf8)))
        bytes[record.lowerBound] = 0x52
        try bytes.write(to: URL(fileURLWithPath: path))
        try {
            let store = try open()
            #expect(throws: StoreError.self) { try store.block(with: 3) }
        }()
        let error = #expect(throws: StoreError.self) { try open() }
        #expect(error?.isDamage == true)
    }

    @Test("a thousand streams that have ended are remembered, and those before aren't")
    func endedStreams() throws {
        let store = try open()
        try store.commit([Commit(stream: StreamProgress(stream: "open", endpoint: "e", next: 5))])
        try store.commit(
            (0..<2500).map { Commit(stream: StreamProgress(stream: "s\($0)", endpoint: "e", next: 9, hasEnded: true)) })
        let cursors = try store.recovery().cursors
        #expect(cursors.contains { $0.stream == "open" })
        #expect(cursors.contains { $0.stream == "s2499" })
        #expect(!cursors.contains { $0.stream == "s0" })
        #expect(cursors.count <= Store.endedStreamsKept * 2 + 1)
    }

    @Test("whoever publishes many streams has no other endpoint's forgotten")
    func endedStreamsOfOthers() throws {
        let store = try open()
        try store.commit([Commit(stream: StreamProgress(stream: "daily", endpoint: "a", next: 9, hasEnded: true))])
        try store.commit(
            (0..<2500).map { Commit(stream: StreamProgress(stream: "s\($0)", endpoint: "b", next: 9, hasEnded: true)) })
        let cursors = try store.recovery().cursors
        #expect(cursors.contains { $0.stream == "daily" })
        #expect(cursors.count <= Store.endedStreamsKept * 2 + 1)
    }

    @Test("a state directory is one daemon's at a time, and the next one's afterwards")
    func lock() throws {
        try {
            let first = try StateDirectory(folder.path + "/state")
            let error = #expect(throws: ExitStatus.self) { try StateDirectory(folder.path + "/state") }
            #expect(error?.code == 69)
            // Somebody tidies up.
            try FileManager.default.removeItem(atPath: folder.path + "/state/lock")
            let other = #expect(throws: ExitStatus.self) { try StateDirectory(folder.path + "/state") }
            #expect(other?.code == 69)
            withExtendedLifetime(first) {}
        }()
        _ = try StateDirectory(folder.path + "/state")
    }
}
