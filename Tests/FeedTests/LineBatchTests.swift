/// Batches of lines.
import Testing

@testable import Feed

@Suite("A batch of lines", .timeLimit(.minutes(2)))
struct LineBatchTests {
    @Test("Its pieces have all lines, with their numbers", arguments: [1, 2, 3, 4, 7, 8, 100])
    func pieces(_ most: Int) {
        let lines = ["a", "", "bb", "", "ccc", "d", ""]
        let pieces = LineBatch(stream: "s", first: 5, lines: lines).pieces(ofUpTo: most)
        #expect(pieces.count == (lines.count + most - 1) / most)
        var found: [String] = []
        for piece in pieces {
            #expect(piece.count <= most)
            piece.forEachLine { sequence, line in
                #expect(sequence == UInt64(5 + found.count))
                found.append(String(decoding: line, as: UTF8.self))
            }
        }
        #expect(found == lines)
    }
}
