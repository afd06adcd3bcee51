/// What happens in a round: the same for the same seed.
import Common
import Foundation
import TestSupport

/// The conversations, the consumer's options, and the faults of one round.
struct Plan: Sendable {
    enum Fault: Hashable, Sendable {
        case kill(Program)
        /// Stopped, and let go on after so many milliseconds.
        case stop(Program, Int)
        /// All its connections are cut.
        case cut(Program)
        /// The consumer's disk is full for so many milliseconds.
        case fillDisk(Int)
    }

    enum Program: String, CaseIterable, Sendable {
        case producer, consumer, stub, subscriber
    }

    /// The id of the honest stream. It can be written in two ways that look the same.
    static let stream = "ch\u{E4}ts"

    let seed: UInt64
    /// A hostile publisher and a hostile subscriber are there as well.
    let isHostile: Bool
    /// How windows are cut, and the like.
    let options: [String]
    let asksModel: Bool
    let lines: [String]
    /// What happens, each so many milliseconds after the one before.
    let faults: [(delay: Int, fault: Fault)]
    /// Where each life of the consumer ends by itself, as `STREAMLLM_DIE_AT` says; "" where it doesn't.
    let deaths: [String]

    /// How much faster than the conversations: they take some two and a half seconds.
    static let speed = 30.0
    private static let messages = 1500

    private static let windows = [
        ["--window", "tumbling", "--window-size", "5"],
        ["--window", "tumbling", "--window-size", "4", "--max-out-of-orderness", "1", "--allowed-lateness", "3"],
        ["--window", "sliding", "--window-size", "6", "--window-slide", "2.5", "--allowed-lateness", "1"],
        [
            "--window", "session", "--session-gap", "1.5", "--session-max", "10", "--trigger", "turn", "--turn-silence",
            "0.3",
        ],
        ["--window", "session", "--session-gap", "2", "--max-out-of-orderness", "0.5", "--allowed-lateness", "2"],
    ]

    /// Places of the consumer where a life may end.
    private static let places = [
        "after-receive", "before-commit", "after-commit", "before-publish", "after-publish", "during-answer",
        "during-recovery",
    ]

    /// - Parameter place: every life of the consumer ends there; nil: here and there.
    init(seed: UInt64, place: String? = nil) {
        self.seed = seed
        var random = SeededGenerator(seed)
        let asksModel = seed % 2 == 0
        // One round in four, with a model and without.
        isHostile = seed / 2 % 4 == 3
        options = Self.windows[Int(seed / 2 % 5)] + (asksModel ? ["--concurrency", "4"] : ["--responder", "none"])
        self.asksModel = asksModel
        lines = Self.lines(&random)
        faults = (0..<16).map { _ in
            (Int.random(in: 20...220, using: &random), Self.fault(&random, asksModel: asksModel))
        }
        deaths = (0..<40).map { _ in
            guard let place = place ?? Self.places.randomElement(using: &random),
                Int.random(in: 0..<3, using: &random) > 0
            else { return "" }
            return "\(place):\(Int.random(in: 1...12, using: &random))"
        }
    }

    private static func fault(_ random: inout SeededGenerator, asksModel: Bool) -> Fault {
        switch Int.random(in: 0..<20, using: &random) {
        case 0..<8: return .kill(.consumer)
        case 8..<12: return .kill(.producer)
        case 12: return .kill(asksModel ? .stub : .consumer)
        case 13: return .stop(.consumer, Int.random(in: 50...400, using: &random))
        case 14: return .stop(.producer, Int.random(in: 50...400, using: &random))
        case 15: return .stop(.subscriber, Int.random(in: 50...400, using: &random))
        case 16: return .cut(.consumer)
        case 17: return .cut(.producer)
        case 18: return .cut(.subscriber)
        default: return .fillDisk(Int.random(in: 50...400, using: &random))
        }
    }

    /// Chats of twenty sessions, with stragglers, lines that aren't messages, and times from the future.
    private static func lines(_ random: inout SeededGenerator) -> [String] {
        let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
        var lastLeap = -10
        return (0..<messages).map { index in
            if Int.random(in: 0..<100, using: &random) == 0 { return "not a message \(index)" }
            var milliseconds = index * 50
            if Int.random(in: 0..<20, using: &random) == 0 {
                milliseconds -= Int.random(in: 0...12_000, using: &random)
            }
            // Two in a row would be believed, and waited for; so would the last.
            if Int.random(in: 0..<300, using: &random) == 0 && index - lastLeap > 5 && index < messages - 5 {
                milliseconds += 7_200_000
                lastLeap = index
            }
            let time = Date(timeIntervalSince1970: 1_737_642_600 + Double(milliseconds) / 1000).formatted(style)
            let session = Int.random(in: 0..<20, using: &random)
            let sender = Bool.random(using: &random) ? "rm" : "customer"
            return #"{"session_id":"s\#(session)","timestamp":"\#(time)","sender":"\#(sender)","message":"m\#(index)"}"#
        }
    }

    /// In a few words.
    var summary: String {
        "\(options[1])\(asksModel ? " with a model" : "")\(isHostile ? " among hostile peers" : "")"
    }
}
