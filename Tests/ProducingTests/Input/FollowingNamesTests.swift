/// What becomes of a file that is followed when its name belongs to another.
import Common
import Foundation
import Testing
import TestSupport

@testable import Producing

@Suite("Files that are followed by their name", .timeLimit(.minutes(5)))
struct FollowingNamesTests: FollowingFiles {
    let folder: TemporaryFolder
    let path: String
    let logs = LogCapture()

    init() throws {
        folder = try TemporaryFolder()
        path = try folder.write("chat.jsonl", "a0\na1\n")
    }

    @Test(
        "a file that is deleted and made anew while it is waited for is read; one in between is missing, which is said")
    func deletedAndMadeAnew() throws {
        var reader = try open()
        #expect(try publish(&reader) == ["a0", "a1"])
        try FileManager.default.removeItem(atPath: path)
        try write("b0\n")
        #expect(try publish(&reader) == ["b0"])
        #expect(warnings.isEmpty)
        for text in ["c0\n", "d0\n", "e0\n"] {
            try FileManager.default.removeItem(atPath: path)
            try write(text)
        }
        #expect(try publish(&reader) == ["e0"])
        #expect(
            warnings == ["2 files had the input's name since the last look, and are gone: what was in them is missing"])
        #expect(try replay(&reader, from: 1) == ["a0", "a1"])
        #expect(try replay(&reader, from: 4) == ["e0"])
    }

    @Test("a file that is saved by renaming, with more behind what was there, goes on")
    func savedByRenaming() throws {
        var reader = try open()
        #expect(try publish(&reader) == ["a0", "a1"])
        for name in ["a2", "a3"] {
            let text = try String(contentsOfFile: path, encoding: .utf8) + name + "\n"
            try write(text, to: "new")
            _ = rename(folder.path + "/new", path)
            #expect(try publish(&reader) == [name])
        }
        #expect(warnings.isEmpty)
        #expect(try replay(&reader, from: 1) == ["a0", "a1", "a2", "a3"])
    }

    @Test(
        "one that was kept as an editor's copy goes on; one that was rotated doesn't, though the next one says the same"
    )
    func copiesAndRotations() throws {
        var reader = try open()
        #expect(try publish(&reader) == ["a0", "a1"])
        rename(path, path + "~")
        try write("a0\na1\na2\n")
        #expect(try publish(&reader) == ["a2"])
        rename(path, path + ".1")
        try write("a0\na1\na2\n")
        #expect(try publish(&reader) == ["a0", "a1", "a2"])
        let other = try TemporaryFolder()
        rename(path, other.path + "/chat.jsonl")
        try write("a0\na1\na2\na3\n")
        #expect(try publish(&reader) == ["a0", "a1", "a2", "a3"])
    }

    @Test("one that was changed when it was saved by renaming comes again, which is said")
    func changedByRenaming() throws {
        let lines = (0..<10).map { "line \($0) of the file, which is long enough to be known again" }
        try write(lines.joined(separator: "\n") + "\n")
        var reader = try open()
        #expect(try publish(&reader) == lines)
        let changed = Array(lines[..<9]) + ["another", "more"]
        try write(changed.joined(separator: "\n") + "\n", to: "new")
        _ = rename(folder.path + "/new", path)
        #expect(try publish(&reader) == changed)
        #expect(warnings.count == 1)
        #expect(warnings.first?.contains("lines that are in both come again") == true)
    }

    @Test("one of which a part was kept (tail, sed -i) comes again, which is said", arguments: [1, 5, 9])
    func shortened(_ dropped: Int) throws {
        let lines = (0..<10).map { "line \($0) of the file, which is long enough to be known again" }
        try write(lines.joined(separator: "\n") + "\n")
        var reader = try open()
        #expect(try publish(&reader) == lines)
        let kept = lines[dropped...] + ["more"]
        try write(kept.joined(separator: "\n") + "\n", to: "new")
        _ = rename(folder.path + "/new", path)
        #expect(try publish(&reader) == Array(kept))
        #expect(warnings.count == 1)
        #expect(warnings.first?.contains("lines that are in both come again") == true)
    }

    @Test("what is written to a file after another has taken its name, and it has been read, is said to be missing")
    func writtenAfterwards() throws {
        var reader = try open()
        #expect(try publish(&reader) == ["a0", "a1"])
        try FileManager.default.moveItem(atPath: path, toPath: path + ".1")
        try write("b0\n")
        #expect(try publish(&reader) == ["b0"])
        #expect(warnings.isEmpty)
        try write("a2\n", to: "chat.jsonl.1", appending: true)
        #expect(try publish(&reader) == [])
        #expect(try publish(&reader) == [])
        #expect(warnings.count == 1)
        #expect(warnings.first?.hasPrefix("3 bytes were written to the file that had the input's name before") == true)
    }

    enum Change: CaseIterable { case moved, madeAnew, copied, rewritten }

    @Test(
        "lines of one length that are the same but for their beginnings, or their ends, don't make one file of two",
        arguments: Change.allCases, [(2000, true), (2000, false), (9000, true), (9000, false)])
    func alike(_ change: Change, _ lines: (length: Int, endTheSame: Bool)) throws {
        func text(_ numbers: Range<Int>) -> String {
            let same = String(repeating: "x", count: lines.length)
            return numbers.map { lines.endTheSame ? "\($0) \(same)\n" : "\(same) \($0)\n" }.joined()
        }
        try write(text(100..<120))
        var reader = try open()
        #expect(try publish(&reader).count == 20)
        let next = text(200..<240)
        switch change {
        case .moved:
            try write(next, to: "new")
            _ = rename(folder.path + "/new", path)
        case .madeAnew:
            try FileManager.default.removeItem(atPath: path)
            try write(next)
        case .copied:
            try FileManager.default.copyItem(atPath: path, toPath: path + ".1")
            try write(next)
        case .rewritten: try write(next)
        }
        #expect(try publish(&reader).joined(separator: "\n") + "\n" == next)
        #expect(warnings.count == (change == .rewritten ? 1 : 0))
    }

    @Test("a file in between that was compressed is named")
    func packed() throws {
        func setTime(_ name: String, _ seconds: Double) throws {
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSince1970: 1_700_000_000 + seconds)],
                ofItemAtPath: folder.path + "/" + name)
        }
        var reader = try open()
        #expect(try publish(&reader) == ["a0", "a1"])
        try setTime("chat.jsonl", 0)
        try FileManager.default.moveItem(atPath: path, toPath: path + ".2")
        try write("packed", to: "chat.jsonl.1.gz")
        try setTime("chat.jsonl.1.gz", 5)
        try write("long ago", to: "chat.jsonl.3.gz")
        try setTime("chat.jsonl.3.gz", -5)
        try write("b0\n")
        #expect(try publish(&reader) == ["b0"])
        #expect(warnings.count == 1)
        #expect(warnings.first?.contains("chat.jsonl.1.gz (6 bytes, compressed) was not read before") == true)
    }

    @Test(
        "Names of compressed files",
        arguments: [
            ("chat.jsonl.1.gz", true), ("chat.jsonl-20260131.zst", true), ("chat.jsonl.gz", false),
            ("chat.jsonl.1", false), ("other.jsonl.1.gz", false),
        ])
    func packedNames(_ name: String, _ isPacked: Bool) {
        #expect(Rotation.isPacked(name, from: "chat.jsonl") == isPacked)
    }
}
