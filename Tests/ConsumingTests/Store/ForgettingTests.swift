/// What the store doesn't keep.
import Foundation
import GRDB
import Records
import Testing
import TestSupport

@testable import Consuming

@Suite("Forgetting", .serialized, .timeLimit(.minutes(5)))
struct ForgettingTests: StoreSuite {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test("old records are forgotten, but never the last ones")
    func forgetting() throws {
        let store = try open()
        for first in stride(from: UInt64(1), to: 30_000, by: 10) {
            try store.commit([Commit(records: .numbered(first...(first + 9)))])
        }
        try store.forgetRecords(olderThan: 3600)
        #expect(try store.firstRecord() == 1)
        try store.forgetRecords(olderThan: 0)
        #expect(try store.firstRecord() == 30_001 - Store.recordsAlwaysKept)
        #expect(try store.recovery().nextRecord == 30_001)
    }

    @Test("the wall clock may step: what is kept depends on how old records seem, and the last ones stay anyway")
    func clockSteps() throws {
        let store = try open()
        let now = 1_700_000_000.0
        // Written while the clock was an hour ahead, then right, then an hour behind.
        for (index, step) in [3600.0, 0, -3600].enumerated() {
            for number in 0..<1000 {
                let first = UInt64(index * 10_000 + number * 10 + 1)
                try store.commit([Commit(records: .numbered(first...(first + 9)))], at: now + step)
            }
        }
        try store.forgetRecords(olderThan: 1800, at: now)
        // None of the first hour's is old, so nothing before the last 20,000 is forgotten that isn't.
        #expect(try store.firstRecord() == 1)
        try store.forgetRecords(olderThan: 1800, at: now + 7200)
        #expect(try store.firstRecord() == 30_001 - Store.recordsAlwaysKept)
        #expect(try store.recovery().nextRecord == 30_001)
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
            try open().forgetRecords(olderThan: 0)
        }()
        for text in forgotten { #expect(try !isInFiles(text), "\(text)") }
        #expect(try isInFiles("record 30000."))
    }
}
