/// The engine against a plain one, on random streams.
import Common
import Streaming
import TestSupport
import Testing

/// Tumbling windows in the plainest way: every window is looked at for every message.
private struct PlainEngine {
    let size: Int64
    let outOfOrderness: Int64
    var watermark = Int64.min
    var open: [(session: String, start: Int64, messages: [ChatMessage])] = []
    var lines: [String] = []

    mutating func take(_ session: String, _ message: ChatMessage) {
        let time = message.timestamp.milliseconds
        var start = time / size * size
        while start > time { start -= size }
        if start + size - 1 <= watermark {
            lines.append("late \(message.sequence)")
        } else if let index = open.firstIndex(where: { $0.session == session && $0.start == start }) {
            open[index].messages.append(message)
        } else {
            open.append((session, start, [message]))
        }
        advance(to: time - outOfOrderness - 1)
    }

    mutating func advance(to time: Int64) {
        watermark = max(watermark, time)
        let due = open.filter { $0.start + size - 1 <= watermark }
            .sorted { ($0.start, $0.session) < ($1.start, $1.session) }
        open.removeAll { $0.start + size - 1 <= watermark }
        for window in due {
            // An insertion sort is stable.
            var sorted: [ChatMessage] = []
            for message in window.messages {
                let place = sorted.firstIndex { $0.timestamp > message.timestamp } ?? sorted.endIndex
                sorted.insert(message, at: place)
            }
            lines.append("\(window.session) \(window.start) \(sorted.map(\.sequence))")
        }
    }
}

@Suite("Against a plain engine", .timeLimit(.minutes(5)))
struct ReferenceTests {
    @Test("random streams give the same, however they are cut into batches")
    func random() {
        for seed in UInt64(0)..<2000 {
            var random = SeededGenerator(seed)
            let size = Int64.random(in: 1...5000, using: &random)
            let outOfOrderness = Bool.random(using: &random) ? 0 : Int64.random(in: 0...3000, using: &random)
            let sessions = Int.random(in: 1...20, using: &random)
            let origin = Int64.random(in: -1_000_000...1_000_000, using: &random)
            var plain = PlainEngine(size: size, outOfOrderness: outOfOrderness)
            var engine = Engine(policy: WindowPolicy(size: size, maxOutOfOrderness: outOfOrderness))
            var actions: [Action] = []
            var batch = MessageBatch(stream: "s")
            var time = origin
            for sequence in 1...UInt64(Int.random(in: 1...150, using: &random)) {
                time += Int64.random(in: 0...400, using: &random)
                let session = "session \(Int.random(in: 0..<sessions, using: &random))"
                let message = ChatMessage(
                    timestamp: Timestamp(milliseconds: time - Int64.random(in: 0...2000, using: &random)),
                    sender: .rm, text: "m\(sequence)", sequence: sequence)
                plain.take(session, message)
                batch.append(message, sessionID: session)
                if Int.random(in: 0..<8, using: &random) == 0 {
                    engine.handle(.messages(batch), into: &actions)
                    batch = MessageBatch(stream: "s")
                }
            }
            engine.handle(.messages(batch), into: &actions)
            engine.handle(.ended(stream: "s"), into: &actions)
            plain.advance(to: .max)
            let lines = actions.map { action in
                switch action {
                case .closed(let closed):
                    "\(closed.sessionID) \(closed.window.start.milliseconds) \(closed.conversation.messages.map(\.sequence))"
                case .late(let late): "late \(late.sequence)"
                }
            }
            guard lines == plain.lines else {
                Issue.record("seed \(seed): \(lines) is not \(plain.lines)")
                return
            }
        }
    }
}
