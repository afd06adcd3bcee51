/// What the store doesn't keep.
import Foundation
import GRDB
import Records
import StorageRig
import Testing
import TestSupport

@testable import Storage

@Suite("Forgetting", .serialized, .timeLimit(.minutes(5)))
struct ForgettingTests: StoreSuite {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// Blocks of ten records from `first` on, written at `time`.
    private func fill(_ store: Store, from first: UInt64, blocks: UInt64, at time: Double) throws {
        for block in 0..<blocks {
            let start = first + block * 10
            try store.commit([Commit(records: .numbered(start...(start + 9)))], at: time)
        }
    }

    /// What is kept of 30,000 records of one time, so many seconds later.
    @Test(
        "old records are forgotten, the last ones a minute later",
        arguments: [
            (3600, 3599, 1), (3600, 3601, 30_001), (0, 0.5, 10_001), (0, 59, 10_001), (0, 61, 30_001), (30, 29, 1),
            (30, 31, 10_001), (30, 61, 30_001),
        ] as [(Double, Double, UInt64)])
    func forgetting(_ retention: Double, _ age: Double, _ first: UInt64) throws {
        let store = try open()
        try fill(store, from: 1, blocks: 3000, at: 1_700_000_000)
        try store.forgetRecords(olderThan: retention, at: 1_700_000_000 + age)
        #expect(try store.firstRecord() ?? 30_001 == first)
        #expect(try store.recovery().nextRecord == 30_001)
    }

    @Test("where none is kept any more, numbers go on where they were, after a restart as well")
    func numbersGoOn() throws {
        try fill(try open(), from: 1, blocks: 10, at: 1_700_000_000)
        try open().forgetRecords(olderThan: 0)
        let store = try open()
        #expect(try store.firstRecord() == nil)
        #expect(try store.recovery().nextRecord == 101)
        try fill(store, from: 101, blocks: 1, at: 1_700_000_000)
        #expect(try store.recovery().nextRecord == 111)
    }

    /// A clock that was wrong for a while: 1000 records each at these times, in hours.
    @Test(
        "the wall clock may step: no gap is made, and nothing is kept for ever",
        arguments: [
            // Right, a year ahead, right again: what is of the future goes with what came behind it.
            ([0, 8760, 0], 0.5, 1), ([0, 8760, 0], 2, 3001), ([0, 8760, 1], 1.5, 1001), ([0, 8760, 1], 3, 3001),
            // A year behind: what came before it isn't forgotten early.
            ([0, -8760, 0], 0.5, 1), ([0, -8760, 1], 1.5, 2001), ([0, -8760, 0], 2, 3001),
            ([8760, 0, 0], 0.5, 1), ([8760, 0, 0], 2, 3001),
        ] as [([Double], Double, UInt64)])
    func clockSteps(_ times: [Double], _ hours: Double, _ first: UInt64) throws {
        let store = try open()
        let start = 1_700_000_000.0
        for (index, time) in times.enumerated() {
            try fill(store, from: UInt64(index * 1000 + 1), blocks: 100, at: start + time * 3600)
        }
        try store.forgetRecords(olderThan: 3600, at: start + hours * 3600)
        #expect(try store.firstRecord() ?? 3001 == first)
        // All that is kept can be read.
        var next = first
        while next < 3001, let block = try store.block(with: next) { next = block.next }
        #expect(next == 3001)
    }

    @Test("records that are forgotten aren't in the files any more")
    func overwritten() throws {
        func isInFiles(_ text: String) throws -> Bool {
            try FileManager.default.contentsOfDirectory(atPath: folder.path).contains {
                let file = try Data(contentsOf: URL(fileURLWithPath: "\(folder.path)/\($0)"))
                return file.range(of: Data(text.utf8)) != nil
            }
        }
        // Large enough for pages of its own; the others share theirs.
        let long = SetAside(
            kind: .late, stream: "s", sequence: 1, sessionID: nil, line: String(repeating: "at length ", count: 10_000),
            reason: "")
        try {
            let store = try open()
            try store.commit([Commit(records: PackedRecords([.setAside(long)], first: 1))])
            for first in stride(from: UInt64(2), to: 30_000, by: 10) {
                try store.commit([Commit(records: .numbered(first...(first + 9)))])
            }
        }()
        let forgotten = ["at length at length", "record 7."]
        for text in forgotten { #expect(try isInFiles(text)) }
        try {
            _ = try open().forgetRecords(olderThan: 0)
        }()
        for text in forgotten { #expect(try !isInFiles(text), "\(text)") }
        #expect(try isInFiles("record 30000."))
    }
}
