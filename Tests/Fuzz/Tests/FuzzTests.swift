/// Whatever anybody sends or a disk holds: it is read or refused.
import Testing

// One after the other: how much memory was taken is the whole process's.
@Suite("Whatever bytes come", .serialized, .timeLimit(.minutes(5)))
struct FuzzTests {
    /// What a few thousand bytes of input may cost, in bytes.
    private static let memoryLimit = 300 << 20

    @Test("it is read or refused, and what is read can be written and read again", arguments: FuzzTarget.all)
    func random(_ target: FuzzTarget) async throws {
        let reader = try await target.makeReader()
        let last = try LastInput(target.name)
        let before = try PeakMemory.now()
        try PeakMemory.begin()
        func take(_ input: [UInt8], _ what: String) async {
            last.keep(input)
            do {
                _ = try await reader.take(input)
            } catch {
                Issue.record("\(what): \(error): \(input)")
            }
        }

        let seeds = try await target.seeds()
        for (index, seed) in seeds.enumerated() { await take(seed, "seed \(index)") }
        let kept = try target.kept
        for (name, input) in kept { await take(Array(input.prefix(Mutator.longest)), name) }
        var mutator = Mutator(seed: 1, seeds: seeds + kept.map(\.input), words: target.words)
        for number in 0..<target.quickRuns { await take(mutator.next(), "input \(number)") }
        let taken = try PeakMemory.bytes() - before
        #expect(taken < Self.memoryLimit, "\(taken) bytes of memory")
    }

    @Test("what the programs themselves write is read, and written again as it was", arguments: FuzzTarget.all)
    func seeds(_ target: FuzzTarget) async throws {
        let reader = try await target.makeReader()
        for seed in try await target.seeds() {
            #expect(try await reader.take(seed)?.histogram == seed.histogram, "\(seed.shown)")
        }
    }

    @Test("the same seed gives the same inputs, and another gives others")
    func determined() {
        func inputs(_ seed: UInt64) -> [[UInt8]] {
            var mutator = Mutator(seed: seed, seeds: [Array("GONE".utf8), [1, 2, 3]], words: ["x"])
            return (0..<100).map { _ in mutator.next() }
        }
        #expect(inputs(1) == inputs(1))
        #expect(inputs(1) != inputs(2))
    }

    @Test("a reader that can't stand a number at its limit is found out")
    func planted() throws {
        var mutator = Mutator(
            seed: 1, seeds: [FrameInput.bytes([Array("GONE".utf8), [], [UInt8](repeating: 0, count: 8)])], words: [])
        let found = (0..<20_000).first { _ in
            mutator.next().withUnsafeBytes { input in
                let frames = FrameInput.frames(input)
                return frames.count == 3 && frames[0] == Array("GONE".utf8) && frames[2].allSatisfy { $0 == 0xFF }
            }
        }
        #expect(found != nil)
    }
}

extension FuzzTarget: CustomTestStringConvertible {
    var testDescription: String { name }

    /// Inputs in the normal run of the tests: as many as take about half a second in a debug build.
    fileprivate var quickRuns: Int {
        switch name {
        case "mask", "ollama", "openai", "windows": 600
        default: 4000
        }
    }
}
