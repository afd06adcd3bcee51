/// The rules of event time, one by one: tables that are data, since another engine runs them, too (Flink/test).
import Foundation
import Streaming
import Testing
import TestSupport

@Suite("The rules of event time", .timeLimit(.minutes(5)))
struct RulesTests {
    static let table = Result { try Rule.all() }

    @Test("are there")
    func areThere() throws { #expect(try Self.table.get().count > 100) }

    @Test("are followed", arguments: (try? table.get()) ?? [])
    func holds(_ rule: Rule) {
        var engine = Engine(policy: rule.policy)
        #expect(engine.run(rule.happenings) == rule.results)
    }
}

/// One rule, what happens, and what must come out.
struct Rule: Sendable, Decodable, CustomTestStringConvertible {
    let rule: String
    let policy: WindowPolicy
    /// `1 a says x`, `2 a answers y`, `time 30`, `idle`, `ended`.
    let happenings: [Happening]
    /// As ``Streaming/WindowResult/line`` writes them.
    let results: [String]

    var testDescription: String { rule }

    private struct File: Decodable {
        let rules: [Rule]
    }

    static func all() throws -> [Rule] {
        let folder = URL(filePath: Setup.package).appending(path: "Tests/Tables/Windows")
        return try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
            .sorted { $0.path < $1.path }
            .flatMap { try JSONDecoder().decode(File.self, from: Data(contentsOf: $0)).rules }
    }

    private enum CodingKeys: CodingKey { case rule, policy, events, results }

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        rule = try fields.decode(String.self, forKey: .rule)
        policy = try fields.decode(PolicyForm.self, forKey: .policy).policy
        happenings = try fields.decode([String].self, forKey: .events).map { text in
            guard let happening = Happening(text) else {
                throw DecodingError.dataCorruptedError(forKey: .events, in: fields, debugDescription: text)
            }
            return happening
        }
        results = try fields.decode([String].self, forKey: .results)
    }
}

extension Happening {
    fileprivate init?(_ text: String) {
        let words = text.split(separator: " ", maxSplits: 3).map(String.init)
        switch (words.first, words.count) {
        case ("idle", 1): self = .idle
        case ("ended", 1): self = .ended
        case ("time", 2):
            guard let time = Double(words[1]) else { return nil }
            self = .time(time)
        case (_, 4):
            guard let time = Double(words[0]), ["says", "answers"].contains(words[2]) else { return nil }
            self = .says(time, session: words[1], text: words[3], words[2] == "says" ? .customer : .rm)
        default: return nil
        }
    }
}

/// The rules of windows, by the names of the consumer's options; durations in seconds.
private struct PolicyForm: Decodable {
    let window: WindowKind
    let windowSize, windowSlide, sessionGap, sessionMax: Double?
    let maxOutOfOrderness, allowedLateness, maxAdvance, turnSilence, clockProof: Double?
    let windowBytes, totalBytes, endedStreams: Int?

    enum CodingKeys: String, CodingKey {
        case window
        case windowSize = "window-size"
        case windowSlide = "window-slide"
        case sessionGap = "session-gap"
        case sessionMax = "session-max"
        case maxOutOfOrderness = "max-out-of-orderness"
        case allowedLateness = "allowed-lateness"
        case maxAdvance = "max-advance"
        case turnSilence = "turn-silence"
        case clockProof = "clock-proof"
        case windowBytes = "window-bytes"
        case totalBytes = "total-bytes"
        case endedStreams = "ended-streams"
    }

    var policy: WindowPolicy {
        func milliseconds(_ seconds: Double?) -> Int64? { seconds.map { Int64(($0 * 1000).rounded()) } }
        var limits = WindowPolicy.Limits()
        limits.window = windowBytes ?? limits.window
        limits.total = totalBytes ?? limits.total
        limits.endedStreams = endedStreams ?? limits.endedStreams
        limits.clockProof = milliseconds(clockProof) ?? limits.clockProof
        return WindowPolicy(
            .init(
                window, size: milliseconds(windowSize) ?? 30_000, slide: milliseconds(windowSlide) ?? 10_000,
                gap: milliseconds(sessionGap) ?? 30_000, longest: milliseconds(sessionMax)),
            maxOutOfOrderness: milliseconds(maxOutOfOrderness) ?? 0,
            allowedLateness: milliseconds(allowedLateness) ?? 0, maxAdvance: milliseconds(maxAdvance) ?? 3_600_000,
            turnSilence: milliseconds(turnSilence), limits: limits)
    }
}
