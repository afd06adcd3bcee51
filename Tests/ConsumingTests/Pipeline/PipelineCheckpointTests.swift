/// The pipeline's state, written in parts and read again.
import Bytes
import Chat
import Feed
import Streaming
import Testing
import TestSupport

@testable import Consuming
@testable import Outbox

extension Pipeline {
    /// The state in parts of a size.
    func parts(of size: Int) async -> [[UInt8]] {
        var parts: [[UInt8]] = []
        await checkpoint(partSize: size) { parts.append($0.bytes.withUnsafeBytes { Array($0) }) }
        return parts
    }

    mutating func restore(_ parts: [[UInt8]], isFirstForm: Bool = false) throws {
        try restore(parts: parts.count, isFirstForm: isFirstForm) { number, take in
            try parts[number].withUnsafeBytes { try take($0) }
        }
    }
}

@Suite("The pipeline's state in parts", .timeLimit(.minutes(5)))
struct PipelineCheckpointTests {
    private let policy = WindowPolicy(.session(gap: 5000), allowedLateness: 60_000, turnSilence: 1000)

    private func fresh() -> Pipeline { Pipeline(policy: policy, endpoints: ["e"], logger: LogCapture().logger) }

    private func line(_ time: Int64, _ session: Int, _ text: String = "x") -> String {
        let stamp = Timestamp(milliseconds: 1_700_000_000_000 + time)
        return #"{"session_id":"s\#(session)","timestamp":"\#(stamp)","sender":"customer","message":"\#(text)"}"#
    }

    /// A pipeline that has seen all kinds of things.
    private func used() async -> Pipeline {
        var pipeline = fresh()
        let decoder = BatchDecoder()
        for stream in ["one", "two", "three"] {
            await pipeline.process(.began(stream: stream, endpoint: "e"), with: decoder)
            let lines = (0..<40).map { line(Int64($0) * 700, $0 % 7, String(repeating: "y", count: $0 * 10)) }
            await pipeline.process(.records(LineBatch(stream: stream, first: 1, lines: lines)), with: decoder)
            await pipeline.process(.lost(stream: stream, count: 3), with: decoder)
            await pipeline.process(
                .records(LineBatch(stream: stream, first: 44, lines: [line(90_000_000, 1)])), with: decoder)
            await pipeline.process(.time(stream: stream, milliseconds: 1_700_000_000_000 + 80_000_000), with: decoder)
        }
        await pipeline.process(.ended(stream: "two"), with: decoder)
        return pipeline
    }

    @Test("parts of whatever size give the same state, and none is larger", arguments: [1, 7, 100, 1000, 1 << 20])
    func sizes(_ size: Int) async throws {
        let pipeline = await used()
        let parts = await pipeline.parts(of: size)
        #expect(parts.dropLast().allSatisfy { $0.count == size })
        #expect(parts.last.map { 1...size ~= $0.count } == true)
        var other = fresh()
        try other.restore(parts)
        #expect(other.engine.cost == pipeline.engine.cost)
        #expect(other.openStreams == pipeline.openStreams)
        #expect(other.lost == pipeline.lost)
        #expect(other.held.mapValues(\.line) == pipeline.held.mapValues(\.line))
        // What stands in sets may come in another order.
        let again = await other.parts(of: 1 << 20)
        let before = await pipeline.parts(of: 1 << 20)
        #expect(again.joined().sorted() == before.joined().sorted())
    }

    @Test("a state goes on as the one it was made of")
    func goesOn() async throws {
        var pipeline = await used()
        var other = fresh()
        try other.restore(await pipeline.parts(of: 50))
        let decoder = BatchDecoder()
        var (outcomes, others): ([String], [String]) = ([], [])
        func note(_ outcome: Outcome) -> [String] {
            outcome.windows.map { "\($0.result.sessionID) \($0.result.window) \($0.result.revision)" }
                + outcome.records.map { "\($0)" }
        }
        for delivery in [
            .time(stream: "one", milliseconds: 1_700_000_000_000 + 80_009_999),
            .records(LineBatch(stream: "two", first: 45, lines: [line(1000, 1), line(40_000, 2)])),
            .time(stream: "one", milliseconds: 1_700_000_000_000 + 80_010_000),
            .records(LineBatch(stream: "three", first: 45, lines: [line(28_500, 1)])),
            .ended(stream: "one"), .ended(stream: "two"), .ended(stream: "three"),
        ] as [Delivery] {
            await pipeline.process(delivery, with: decoder) { outcomes += note($0) }
            await other.process(delivery, with: decoder) { others += note($0) }
        }
        #expect(outcomes == others)
        #expect(outcomes.count > 20)
    }

    @Test("parts of which one is missing, cut off or another's are damaged")
    func damaged() async throws {
        let parts = await used().parts(of: 200)
        for index in parts.indices {
            for changed in [[], parts[index].dropLast(), parts[index] + [0]] as [[UInt8]] {
                var damaged = parts
                damaged[index] = changed
                var other = fresh()
                #expect(throws: DamagedBytes.self, "\(index)") { try other.restore(damaged) }
            }
        }
        var other = fresh()
        #expect(throws: DamagedBytes.self) { try other.restore([]) }
        #expect(throws: DamagedBytes.self) { try other.restore(Array(parts.dropFirst())) }
    }
}
