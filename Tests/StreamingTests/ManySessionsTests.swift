/// More sessions than a processor's caches hold.
import Testing
import TestSupport

@testable import Chat
@testable import Streaming

@Suite("Many sessions", .timeLimit(.minutes(5)))
struct ManySessionsTests {
    @Test("The session table has what a dictionary has, whatever comes and goes")
    func table() {
        var random = SeededGenerator(1)
        var table = SessionTable()
        var slots: [String: Int32] = [:]
        for step in 0..<100_000 {
            // Every 25,000 steps most sessions leave, and come back.
            let isLeaving = step / 25_000 % 2 == 1
            let number = Int.random(in: 0..<10_000, using: &random)
            let id = number % 3 == 0 ? "a session with a long name, \(number)" : "session \(number)"
            if isLeaving {
                guard let slot = slots.removeValue(forKey: id) else { continue }
                table.setFirstWindow(of: slot, to: -1)
                table.removeIfWithoutWindows(slot)
            } else {
                let slot = table.slot(for: id)
                if let known = slots[id] { #expect(slot == known) }
                #expect(table.name(of: slot) == id)
                table.setFirstWindow(of: slot, to: Int32(number))
                slots[id] = slot
            }
        }
        #expect(table.count == slots.count)
        #expect(Set(slots.values).count == slots.count)
        for (id, slot) in slots { #expect(table.slot(for: id) == slot) }
    }

    @Test("Windows of 20,000 sessions are those that counting gives, whatever the batches", arguments: [1, 31, 1000])
    func windows(_ batchSize: Int) {
        var random = SeededGenerator(2)
        var engine = Engine(policy: WindowPolicy(.tumbling(size: 1000)))
        var actions: [Action] = []
        var expected: [Int64: [String: [UInt64]]] = [:]
        var batch = MessageBatch(stream: "s")
        for sequence in UInt64(1)...60_000 {
            // Times that go up by a fortieth of a millisecond: a window has 40,000 messages.
            let time = Int64(sequence) / 40
            let session = "\(Int.random(in: 0..<20_000, using: &random))"
            expected[time / 1000, default: [:]][session, default: []].append(sequence)
            batch.append(
                ChatMessage(
                    timestamp: Timestamp(milliseconds: time), sender: .customer, text: "text \(sequence)",
                    sequence: sequence),
                sessionID: session)
            if batch.count == batchSize {
                engine.handle(.messages(batch), into: &actions)
                batch.begin(stream: "s")
            }
        }
        engine.handle(.messages(batch), into: &actions)
        engine.handle(.ended(stream: "s"), into: &actions)
        let lines = expected.sorted { $0.key < $1.key }.flatMap { number, sessions in
            sessions.sorted { $0.key < $1.key }.map { "\(number * 1000) \($0): \($1)" }
        }
        #expect(actions.map(Self.line) == lines)
    }

    private static func line(_ action: Action) -> String {
        guard case .result(let result) = action else { return "\(action)" }
        let messages = result.conversation.messages
        for message in messages where message.text != "text \(message.sequence)" { return "\(message)" }
        return "\(result.window.start.milliseconds) \(result.sessionID): \(messages.map(\.sequence))"
    }
}

extension SessionTable {
    fileprivate mutating func slot(for id: String) -> Int32 {
        var id = id
        return id.withUTF8 { slot(for: UnsafeRawBufferPointer($0)) }
    }
}
