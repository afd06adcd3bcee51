/// Memory that is used again, and what must not happen to it.
import Bytes
import Testing
import TestSupport

@Suite("Shared bytes", .timeLimit(.minutes(5)))
struct SharedBytesTests {
    private func content(_ bytes: SharedBytes) -> [UInt8] { bytes.withUnsafeBytes { Array($0) } }

    @Test("what was written comes out, and the writer begins anew", arguments: [0, 1, 100, 5000, 1 << 20])
    func finish(_ size: Int) {
        var writer = ByteWriter()
        let first = (0..<size).map { UInt8(truncatingIfNeeded: $0) }
        first.withUnsafeBytes { writer.append($0) }
        let finished = writer.finish()
        let left = writer.count
        #expect(left == 0)
        writer.append("something else" as StaticString)
        #expect(content(finished) == first)
        #expect(content(writer.finish()) == Array("something else".utf8))
    }

    @Test("little in a large buffer stands by itself, and the buffer stays with its writer")
    func small() {
        var writer = ByteWriter()
        writer.reserve(1 << 20)
        writer.append("little" as StaticString)
        let before = writer.finish()
        writer.append("more" as StaticString)
        #expect(content(before) == Array("little".utf8))
        #expect(content(writer.finish()) == Array("more".utf8))
    }

    @Test("memory that somebody still has is given to nobody else", arguments: 0..<4 as Range<UInt64>)
    func reuse(_ seed: UInt64) {
        var random = SeededGenerator(seed)
        var kept: [(bytes: SharedBytes, value: UInt8)] = []
        for _ in 0..<1000 {
            let value = UInt8.random(in: 0...255, using: &random)
            let size = Int.random(in: 1...300_000, using: &random)
            var writer = ByteWriter(capacity: Int.random(in: 1...200_000, using: &random))
            let piece = [UInt8](repeating: value, count: 5000)
            while writer.count < size { piece.withUnsafeBytes { writer.append($0) } }
            kept.append((writer.finish(), value))
            if kept.count > 20 {
                let old = kept.remove(at: Int.random(in: kept.indices, using: &random))
                let isWhole = content(old.bytes) == [UInt8](repeating: old.value, count: old.bytes.count)
                #expect(isWhole)
            }
        }
    }

    @Test("the same from several threads at once")
    func threads() async {
        let areWhole = await withTaskGroup(of: Bool.self) { group in
            for task in 0..<4 {
                group.addTask {
                    (0..<300).allSatisfy { round in
                        let expected = [UInt8](repeating: UInt8(truncatingIfNeeded: task * 61 + round), count: 70_000)
                        let bytes = SharedBytes.copy(of: expected)
                        return bytes.withUnsafeBytes { Array($0) } == expected
                    }
                }
            }
            return await group.allSatisfy { $0 }
        }
        #expect(areWhole)
    }
}
