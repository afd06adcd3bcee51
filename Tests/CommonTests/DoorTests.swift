/// When no more connections are let in.
import Testing

@testable import Common

@Suite("The door", .timeLimit(.minutes(5)))
struct DoorTests {
    @Test("It is said once that connections aren't let in, and again when an eighth of all descriptors has gone")
    func hysteresis() {
        var door = Door(limit: 800)
        #expect(door.most == 600)
        let steps: [(refused: UInt, count: Int, change: Door.Change?)] = [
            (0, 10, nil), (0, 600, nil), (3, 600, .closed), (9, 600, nil), (9, 500, nil), (10, 499, nil),
            (10, 499, .open),
            (10, 600, nil), (11, 600, .closed), (11, 600, nil),
        ]
        for step in steps {
            #expect(door.look(refused: step.refused, count: step.count) == step.change, "\(step)")
        }
    }

    @Test("The limit has been raised as far as the system lets, or is what it was")
    func limit() {
        Descriptors.raiseLimit()
        #expect(Descriptors.limit >= 256 && Descriptors.limit <= 16_384)
        #expect(Descriptors.count > 2)
    }
}
