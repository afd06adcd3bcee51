/// Random games against a hostile peer.
import Foundation
import Testing

@Suite("Following among hostile peers", .timeLimit(.minutes(30)))
struct FollowingGameTests {
    /// A few thousand here; `make gate` plays 100,000.
    private static let games = ProcessInfo.processInfo.environment["STREAMLLM_GAMES"].flatMap { UInt64($0) } ?? 2000

    @Test(
        "never a record twice, never out of order, nothing forged, and always an end of waiting",
        arguments: FollowingGame.Squatter.allCases)
    func games(_ squatter: FollowingGame.Squatter) {
        var complete = 0
        for seed in 0..<Self.games {
            var game = FollowingGame(seed: seed, squatter: squatter)
            do {
                try game.play()
                if game.forged == 0 && game.lost == 0 { complete += 1 }
            } catch { Issue.record("seed \(seed): \(error)") }
        }
        // Most games are no harder than that everything arrives; else the referee has seen little.
        #expect(complete > Int(Self.games) / 4)
    }
}
