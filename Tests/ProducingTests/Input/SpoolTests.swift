/// Pipes that can be read twice.
import Common
import Foundation
import Testing
import TestSupport
import Threads

@testable import Producing

@Suite("Spool", .timeLimit(.minutes(5)))
struct SpoolTests {
    private let wakeup: Wakeup
    private let readEnd: Int32
    private let writeEnd: Int32

    init() throws {
        wakeup = try Wakeup()
        // Programs that unpack are started meanwhile, and mustn't keep the end for writing open.
        let pipe = try PipeEnds()
        (readEnd, writeEnd) = (pipe.readEnd, pipe.writeEnd)
    }

    private func waitForEnd(of spool: Spool) throws {
        // The spool closes its source itself.
        while try !spool.isComplete() { try #require(wakeup.wait()) }
    }

    @Test("More than a pipe holds goes through, to the byte")
    func large() throws {
        let spool = try Spool(from: readEnd, wakeup: wakeup)
        defer { close(spool.descriptor) }
        let content = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 / 7) }
        var written = 0
        while written < content.count {
            let step = content[written...].withUnsafeBytes { write(writeEnd, $0.baseAddress, $0.count) }
            try #require(step > 0)
            written += step
        }
        close(writeEnd)
        try waitForEnd(of: spool)
        var kept = [UInt8](repeating: 0, count: content.count + 1)
        let count = pread(spool.descriptor, &kept, kept.count, 0)
        #expect(count == content.count)
        #expect(Array(kept.dropLast()) == content)
    }

    @Test("What comes through a pipe is unpacked where it is compressed, however it comes", arguments: ["gzip", "xz"])
    func packed(_ program: String) throws {
        let lines = (0..<20_000).map { "{\"line\":\($0)}\n" }.joined()
        let folder = try TemporaryFolder()
        let path = try folder.write("lines", lines)
        let packing = Process()
        packing.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        packing.arguments = [program, path]
        try packing.run()
        packing.waitUntilExit()
        let packed = Array(try Data(contentsOf: URL(fileURLWithPath: path + (program == "gzip" ? ".gz" : ".xz"))))
        let spool = try Spool(from: readEnd, wakeup: wakeup)
        defer { close(spool.descriptor) }
        // Its beginning comes byte by byte.
        for byte in packed.prefix(7) { try #require(write(writeEnd, [byte], 1) == 1) }
        #expect(write(writeEnd, Array(packed.dropFirst(7)), packed.count - 7) == packed.count - 7)
        close(writeEnd)
        try waitForEnd(of: spool)
        var kept = [UInt8](repeating: 0, count: lines.utf8.count + 1)
        #expect(pread(spool.descriptor, &kept, kept.count, 0) == lines.utf8.count)
        #expect(String(decoding: kept.dropLast(), as: UTF8.self) == lines)
    }

    @Test(
        "Archives, and files that aren't text, are refused with 65",
        arguments: [Array("PK\u{3}\u{4}x".utf8), Array("SQLite format 3\0x".utf8), Array("%PDF-1.7\n".utf8)])
    func archives(_ bytes: [UInt8]) throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("export", bytes)
        let refused = #expect(throws: ExitStatus.self) {
            try InputFile.open(path, wakeup: wakeup, logger: LogCapture().logger)
        }
        #expect(refused?.code == 65)
        let spool = try Spool(from: readEnd, wakeup: wakeup)
        defer { close(spool.descriptor) }
        #expect(write(writeEnd, bytes, bytes.count) == bytes.count)
        close(writeEnd)
        let status = #expect(throws: ExitStatus.self) { try waitForEnd(of: spool) }
        #expect(status?.code == 65)
    }

    @Test("Compressed input that is damaged, or cut off, ends the program with 65")
    func damaged() throws {
        let spool = try Spool(from: readEnd, wakeup: wakeup)
        defer { close(spool.descriptor) }
        try #require(write(writeEnd, [0x1F, 0x8B, 8, 0, 1, 2, 3, 4, 5] as [UInt8], 9) == 9)
        close(writeEnd)
        let status = #expect(throws: ExitStatus.self) { try waitForEnd(of: spool) }
        #expect(status?.code == 65)
    }

    @Test("Each piece is announced, and it isn't complete before the pipe's end")
    func announced() throws {
        let spool = try Spool(from: readEnd, wakeup: wakeup)
        defer { close(spool.descriptor) }
        for piece in 1...3 {
            try #require(write(writeEnd, "x\n", 2) == 2)
            var byte: UInt8 = 0
            while pread(spool.descriptor, &byte, 1, off_t(2 * (piece - 1))) != 1 { try #require(wakeup.wait()) }
            #expect(byte == UInt8(ascii: "x"))
            #expect(try !spool.isComplete())
        }
        close(writeEnd)
        try waitForEnd(of: spool)
        #expect(try spool.isComplete())
    }

    @Test("A pipe that is closed at once is complete and empty")
    func empty() throws {
        let spool = try Spool(from: readEnd, wakeup: wakeup)
        defer { close(spool.descriptor) }
        close(writeEnd)
        try waitForEnd(of: spool)
        var byte: UInt8 = 0
        #expect(pread(spool.descriptor, &byte, 1, 0) == 0)
    }

    @Test("The file it keeps has no name, so that nothing is left behind")
    func nameless() throws {
        let spool = try Spool(from: readEnd, wakeup: wakeup)
        defer { close(spool.descriptor) }
        let link = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\(spool.descriptor)")
        #expect(link.hasSuffix(" (deleted)"))
        close(writeEnd)
        try waitForEnd(of: spool)
    }

    @Test("A source that can't be read is told with 74, not taken for an end")
    func unreadable() throws {
        // The end for writing can't be read.
        let spool = try Spool(from: writeEnd, wakeup: wakeup)
        defer { close(spool.descriptor) }
        try #require(wakeup.wait())
        let error = #expect(throws: Common.ExitStatus.self) { try spool.isComplete() }
        #expect(error?.code == 74)
        close(readEnd)
    }
}
