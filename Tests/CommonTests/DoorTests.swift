/// When no more connections are let in.
import Testing

@testable import Common

@Suite("The door", .timeLimit(.minutes(5)))
struct DoorTests {
    @Test("It closes when three quarters of the descriptors are in use, and opens when an eighth of all has gone again")
    func hysteresis() {
        var door = Door(limit: 800)
        let steps: [(Int, Door.Change?)] = [
            (10, nil), (599, nil), (600, .close), (800, nil), (500, nil), (499, .open), (599, nil), (601, .close),
        ]
        for (count, change) in steps { #expect(door.look(count) == change, "\(count)") }
    }

    @Test("Those who came too fast have to leave, as long as it is closed")
    func excess() {
        var door = Door(limit: 800)
        #expect(door.excess(700) == 0)
        _ = door.look(700)
        #expect(door.excess(700) == 100)
        _ = door.look(550)
        #expect(door.excess(550) == 0)
    }

    @Test("The fuller it is, the sooner somebody looks again")
    func patience() {
        let door = Door(limit: 1024)
        #expect(door.patience(100) == 250)
        #expect(door.patience(600) == 25)
        #expect(Door(limit: 16_384).patience(12_800) == 50)
    }

    @Test("The limit has been raised as far as the system lets, or is what it was")
    func limit() {
        Descriptors.raiseLimit()
        #expect(Descriptors.limit >= 256 && Descriptors.limit <= 16_384)
        #expect(Descriptors.count > 2)
    }
}
