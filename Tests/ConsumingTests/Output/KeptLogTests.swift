/// What followers of the workspace can fetch.
import Foundation
import Records
import StorageRig
import Testing
import TestSupport

@testable import Consuming
@testable import Storage

@Suite("The log of what was published", .timeLimit(.minutes(5)))
struct KeptLogTests: StoreSuite {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test("records are replayed from memory and from the store alike", arguments: [500, 100_000])
    func replay(_ budget: Int) throws {
        let store = try open()
        for first in stride(from: UInt64(1), to: 50_000, by: 100) {
            try store.commit([Commit(records: .numbered(first...(first + 99)))])
        }
        var log = try KeptLog(store: store, next: 50_001, retention: 1e9)
        #expect(log.first == 1)
        try store.commit([Commit(records: .numbered(50_001...50_003))])
        log.append(RecordBlock(try PackedRecords.numbered(50_001...50_003).lines()))
        var next: UInt64 = 1
        while next < log.next {
            var bytes: [UInt8] = []
            let count = try log.read(from: next, budget: budget, into: &bytes)
            try #require(count > 0)
            let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
            #expect(lines.count == count)
            #expect(lines.first?.contains("record \(next).") == true)
            next += UInt64(count)
            #expect(lines.last?.contains("record \(next - 1).") == true)
        }
    }

    @Test("what the store has forgotten isn't given out of memory")
    func memory() throws {
        let store = try open()
        var log = try KeptLog(store: store, next: 1, retention: 3600)
        for (first, age) in [(1, 4000), (11, 3700), (21, 0)] as [(UInt64, Double)] {
            let records = PackedRecords.numbered(first...(first + 9))
            try store.commit([Commit(records: records)], at: Date().timeIntervalSince1970 - age)
            log.append(RecordBlock(try records.lines()))
        }
        #expect(log.first == 1)
        try log.forget(at: .now + .seconds(11))
        #expect(log.first == 21)
        var bytes: [UInt8] = []
        #expect(try log.read(from: 11, budget: 1 << 20, into: &bytes) == 0)
        #expect(try log.read(from: 21, budget: 1 << 20, into: &bytes) == 10)
    }

    @Test("what is forgotten is gone from all files, and the write-ahead log is emptied now and then")
    func overwritten() throws {
        let store = try open()
        var log = try KeptLog(store: store, next: 1, retention: 3600)
        let start = ContinuousClock.now
        func publish(_ first: UInt64) throws {
            try store.commit(
                [Commit(records: .numbered(first...(first + 9)))], at: Date().timeIntervalSince1970 - 3700)
        }
        func remains(_ number: Int) throws -> Bool {
            try ["", "-wal"].contains { file in
                let bytes = try Data(contentsOf: URL(fileURLWithPath: path + file))
                return bytes.range(of: Data("record \(number).".utf8)) != nil
            }
        }
        try publish(1)
        #expect(try remains(3))
        try log.forget(at: start + .seconds(11))
        #expect(try !remains(3))
        // Not as often as records are forgotten.
        try publish(11)
        log.append(RecordBlock(try PackedRecords.numbered(11...30_000).lines()))
        try log.forget(at: start + .seconds(12))
        #expect(try store.firstRecord() == nil)
        #expect(try remains(13))
        try log.forget(at: start + .seconds(23))
        #expect(try !remains(13))
    }

    @Test("a store whose file is gone, or another one, isn't gone on with", arguments: ["", "-wal"])
    func deleted(_ file: String) throws {
        let store = try open()
        var log = try KeptLog(store: store, next: 1, retention: 3600)
        try store.commit([Commit(records: PackedRecords.numbered(1...9))], at: Date().timeIntervalSince1970)
        try log.forget(at: .now + .seconds(11))
        try FileManager.default.removeItem(atPath: path + file)
        #expect(throws: StoreError.self) { try log.forget(at: .now + .seconds(22)) }
        if file.isEmpty { _ = try open() }
        #expect(throws: StoreError.self) { try log.forget(at: .now + .seconds(33)) }
    }
}
