/// What becomes of files that are followed: each line comes once, or it is said what is missing, and no line's number is another's.
import Common
import Foundation
import Testing
import TestSupport
import Threads

@testable import Producing

@Suite("Files that are followed", .timeLimit(.minutes(5)))
struct FollowingFilesTests: FollowingFiles {
    let folder: TemporaryFolder
    let path: String
    let logs = LogCapture()

    init() throws {
        folder = try TemporaryFolder()
        path = try folder.write("chat.jsonl", "a0\na1\n")
    }

    // MARK: Put away while it is written to

    @Test("a file that was put away is read on until its writer lets go of it")
    func writerGoesOn() throws {
        var reader = try open()
        let writer = Glibc.open(path, O_WRONLY | O_APPEND)
        func append(_ text: String) { _ = Glibc.write(writer, text, text.utf8.count) }
        #expect(try publish(&reader) == ["a0", "a1"])
        rename(path, path + ".1")
        try write("b0\n")
        #expect(try publish(&reader) == [])
        append("a2\na")
        #expect(try publish(&reader) == ["a2"])
        append("3\n")
        #expect(try publish(&reader) == ["a3"])
        close(writer)
        #expect(try publish(&reader) == ["b0"])
        #expect(warnings.isEmpty)
    }

    @Test(
        "room that its writer has reserved is no more than that, also where it is put away with it",
        arguments: [9, 100_000])
    func reserved(_ finalSize: Int) throws {
        var reader = try open()
        truncate(path, 100_000)
        #expect(try publish(&reader) == ["a0", "a1"])
        let writer = Glibc.open(path, O_WRONLY)
        pwrite(writer, "a2\n", 3, 6)
        #expect(try publish(&reader) == ["a2"])
        ftruncate(writer, off_t(finalSize))
        close(writer)
        #expect(try publish(&reader) == [])
        rename(path, path + ".1")
        try write("b0\n")
        #expect(try publish(&reader) == ["b0"])
        #expect(try publish(&reader) == [])
        #expect(try replay(&reader, from: 2) == ["a1", "a2"] && replay(&reader, from: 4) == ["b0"])
        #expect(warnings.isEmpty)
    }

    @Test(
        "where nobody knows whether it has a writer, it is left once it has been quiet for a while",
        arguments: [nil, true])
    func quiet(_ hasWriter: Bool?) throws {
        var now = ContinuousClock.now
        let name = FollowedName(path, now: { now }, hasWriter: { _ in hasWriter })
        let input = InputFile(following: name, descriptor: Glibc.open(path, O_RDONLY), offset: 0)
        var reader = InputReader(input, rules: LineRules(maxLineBytes: 100_000), logger: logs.logger)
        #expect(try publish(&reader) == ["a0", "a1"])
        rename(path, path + ".1")
        try write("b0\n")
        for seconds in [4, 4] {
            now += .seconds(seconds)
            try write("a2\n", to: "chat.jsonl.1", appending: true)
            #expect(try publish(&reader) == ["a2"])
        }
        now += .seconds(4)
        #expect(try publish(&reader) == [])
        now += .seconds(1)
        #expect(try publish(&reader) == ["b0"])
    }

    // MARK: Cut off and written anew

    @Test("a file that is copied and cut off is read to its end in the copy, and from its beginning")
    func copyAndTruncate() throws {
        var reader = try open()
        #expect(try publish(&reader) == ["a0", "a1"])
        try write("a2\n", appending: true)
        try FileManager.default.copyItem(atPath: path, toPath: path + ".1")
        try write("b0\nb1\nb2\nb3\n")
        #expect(try publish(&reader) == ["a2", "b0", "b1", "b2", "b3"])
        try write("b4\n", appending: true)
        #expect(try publish(&reader) == ["b4"])
        #expect(try replay(&reader, from: 1) == ["a0", "a1", "a2"])
        #expect(try replay(&reader, from: 4) == ["b0", "b1", "b2", "b3", "b4"])
        #expect(warnings.isEmpty)
    }

    @Test("two such copies in a row are read one after the other")
    func twoCopies() throws {
        var reader = try open()
        #expect(try publish(&reader) == ["a0", "a1"])
        for (number, text) in [(2, "b0\nb1\nb2\n"), (1, "c0\nc1\nc2\nc3\n")] {
            try FileManager.default.copyItem(atPath: path, toPath: path + ".\(number)")
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSince1970: 1_700_000_000 - Double(number))],
                ofItemAtPath: path + ".\(number)")
            try write(text)
        }
        #expect(try publish(&reader) == ["b0", "b1", "b2", "c0", "c1", "c2", "c3"])
        #expect(warnings.isEmpty)
    }

    @Test(
        "a file that was written anew in place is read from its beginning, which is said",
        arguments: ["b0\nb1\n", "b0\nb1\nb2\n", "b0\n", "a0\nb1\nb2\n", "\0\0\0\0\0\0b0\n"])
    func writtenAnew(_ text: String) throws {
        var reader = try open()
        #expect(try publish(&reader) == ["a0", "a1"])
        try write(text)
        let lines = text.replacing("\0", with: "").split(separator: "\n").map(String.init)
        // Where it isn't longer, nobody looks into it before it is.
        let isSeen = text.utf8.count != 6
        #expect(try publish(&reader) == (isSeen ? lines : []))
        #expect(warnings.count == (isSeen ? 1 : 0))
        if isSeen {
            #expect(
                warnings.first?.contains(
                    "Its first 2 lines can't be sent again, and what was written behind them (behind 6 bytes)") == true)
            #expect(reader.log.first == 3)
            #expect(try replay(&reader, from: 3) == lines)
        } else {
            try write("b2\n", appending: true)
            #expect(try publish(&reader) == lines + ["b2"])
        }
        #expect(try replay(&reader, from: 1) == nil)
    }

    @Test("a file that grows, and is saved again as it was with more behind it, goes on")
    func savedAgain() throws {
        var reader = try open()
        #expect(try publish(&reader) == ["a0", "a1"])
        try write("a0\na1\na2\n")
        #expect(try publish(&reader) == ["a2"])
        #expect(warnings.isEmpty)
        #expect(try replay(&reader, from: 1) == ["a0", "a1", "a2"])
    }

    @Test("a line that was changed where it stands isn't sent under its number", arguments: [true, false])
    func changedInPlace(_ follows: Bool) throws {
        let lines = (0..<5000).map { "line \($0) of many, and they are long enough for several stretches" }
        try write(lines.joined(separator: "\n") + "\n")
        var reader = try open(follows: follows)
        #expect(try publish(&reader).count == 5000)
        #expect(try replay(&reader, from: 4000)?.first == lines[3999])
        let file = fopen(path, "r+")
        fseek(file, lines[..<4200].reduce(0) { $0 + $1.utf8.count + 1 }, SEEK_SET)
        fputs("LINE", file)
        fclose(file)
        if !follows {
            // What tells is when the file was written to; a file system's clock may be slow.
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSince1970: 1)], ofItemAtPath: path)
            let status = #expect(throws: ExitStatus.self) { try replay(&reader, from: 4000) }
            #expect(status?.code == 74)
            return
        }
        #expect(try replay(&reader, from: 4000) == nil)
        #expect(warnings.count == 1)
        #expect(warnings.first?.contains("lines 1 to 5000 can't be sent again") == true)
        #expect(reader.log.first == 5001)
        try write("more\n", appending: true)
        #expect(try publish(&reader) == ["more"])
        #expect(try replay(&reader, from: 5001) == ["more"])
    }

    @Test("a file that isn't followed and becomes shorter, or is written anew, ends the program with 74")
    func notFollowed() throws {
        let long = (0..<20_000).map { "line \($0) of many, and they are long enough" }.joined(separator: "\n") + "\n"
        for isCutOff in [true, false] {
            try write(long)
            var reader = try open(follows: false)
            guard case .line = try reader.next() else {
                Issue.record("no line")
                return
            }
            try write(isCutOff ? "a0\n" : String(long.dropFirst(3)))
            let status = #expect(throws: ExitStatus.self) { try publish(&reader) }
            #expect(status?.code == 74)
        }
    }
}
