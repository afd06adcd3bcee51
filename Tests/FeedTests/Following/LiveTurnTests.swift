/// How long one endpoint's turn is.
import Testing

@testable import Feed

@Suite("A turn of one endpoint", .timeLimit(.minutes(1)))
struct LiveTurnTests {
    /// A kind of message, and how many of them make a turn.
    @Test(
        "ends by messages or by bytes",
        arguments: [
            ("small records", 3, 100, 8, 4096), ("large records", 3, 1 << 20, 8, 4), ("a stranger's", 1, 0, 0, 4096),
            ("control", 3, 200, 0, 4096), ("larger control", 3, 32 << 10, 0, 128),
        ])
    func ends(_ name: String, _ frames: Int, _ payload: Int, _ position: Int, _ count: Int) {
        let bytes = [UInt8](repeating: 0, count: max(payload, position))
        var turn = LiveTurn()
        var taken = 0
        bytes.withUnsafeBytes { bytes in
            while !turn.isOver {
                turn.count(
                    LiveMessage(
                        frames: frames, topic: UnsafeRawBufferPointer(rebasing: bytes[..<0]),
                        payload: UnsafeRawBufferPointer(rebasing: bytes[..<payload]),
                        position: UnsafeRawBufferPointer(rebasing: bytes[..<position])))
                taken += 1
            }
        }
        #expect(taken == count)
    }
}
