/// Messages packed into one buffer.
import Bytes
import Chat
import Testing
import TestSupport

@Suite("Conversation", .timeLimit(.minutes(5)))
struct ConversationTests {
    private func message(_ milliseconds: Int64, _ sequence: UInt64, _ text: String, _ sender: Sender = .customer)
        -> ChatMessage
    {
        ChatMessage(timestamp: Timestamp(milliseconds: milliseconds), sender: sender, text: text, sequence: sequence)
    }

    @Test("An empty conversation has no messages, sorted or not")
    func empty() {
        var conversation = Conversation()
        conversation.sortByTimestamp()
        #expect(conversation.count == 0)
        #expect(conversation.messages == [])
        conversation.forEach { _ in Issue.record("there is no message") }
        #expect(conversation == Conversation([]))
    }

    @Test("Messages come out as they went in, and in that order")
    func order() {
        let messages = [
            message(1000, 1, "one"), message(.min, 2, "", .rm), message(.max, .max, "three"),
            message(-1, 0, "vier é 😀", .rm),
            message(1000, 5, "a\0b\n\u{7F}"), message(1000, 4, String(repeating: "long ", count: 50_000)),
        ]
        let conversation = Conversation(messages)
        #expect(conversation.count == messages.count)
        #expect(conversation.messages == messages)
        #expect(conversation.messages.map { Array($0.text.utf8) } == messages.map { Array($0.text.utf8) })
    }

    @Test("Views hold the bytes that were appended, UTF-8 or not")
    func bytes() {
        let texts: [[UInt8]] = [[], [0xFF, 0x00, 0xC2], Array("é".utf8)]
        var conversation = Conversation()
        for (index, text) in texts.enumerated() {
            text.withUnsafeBytes {
                conversation.append(
                    timestamp: Timestamp(milliseconds: 7), sequence: UInt64(index), sender: .rm, text: $0)
            }
        }
        conversation.append(
            timestamp: Timestamp(milliseconds: 8), sequence: 3, sender: .customer,
            text: UnsafeRawBufferPointer(start: nil, count: 0))
        var seen: [[UInt8]] = []
        var sequences: [UInt64] = []
        conversation.forEach {
            seen.append(Array($0.text))
            sequences.append($0.sequence)
        }
        #expect(seen == texts + [[]])
        #expect(sequences == [0, 1, 2, 3])
    }

    @Test("Sorting puts messages by timestamp, and leaves those of one moment in the order they came")
    func sorts() {
        var conversation = Conversation([
            message(30, 1, "d"), message(10, 2, "a"), message(20, 3, "b"), message(10, 4, "a2"), message(30, 5, "d2"),
            message(-5, 6, "first"), message(20, 7, "b2"), message(10, 8, "a3"),
        ])
        conversation.sortByTimestamp()
        #expect(conversation.messages.map(\.text) == ["first", "a", "a2", "a3", "b", "b2", "d", "d2"])
        #expect(conversation.messages.map(\.sequence) == [6, 2, 4, 8, 3, 7, 1, 5])
        #expect(conversation.count == 8)
    }

    @Test("Where timestamps are equal, sorting is by sequence number, which is given by arrival")
    func ties() {
        var conversation = Conversation([
            message(2, 9, "x"), message(1, 8, "a"), message(1, 3, "b"), message(1, 5, "c"),
        ])
        conversation.sortByTimestamp()
        #expect(conversation.messages.map(\.text) == ["b", "c", "a", "x"])
    }

    @Test(
        "A random conversation sorts like a stable sort of its messages, again after each addition",
        arguments: 1...20 as ClosedRange<UInt64>)
    func sortsLikeReference(_ seed: UInt64) {
        var generator = SeededGenerator(seed)
        var conversation = Conversation()
        var reference: [ChatMessage] = []
        for sequence in 1...60 as ClosedRange<UInt64> {
            let new = message(
                .random(in: -5...5, using: &generator), sequence, "text \(sequence)",
                Bool.random(using: &generator) ? .rm : .customer)
            conversation.append(new)
            // Behind everything that isn't later than it: where a stable sort leaves it.
            reference.insert(new, at: reference.firstIndex { $0.timestamp > new.timestamp } ?? reference.count)
            if Bool.random(using: &generator) {
                conversation.sortByTimestamp()
                #expect(conversation.messages == reference)
            }
        }
        conversation.sortByTimestamp()
        #expect(conversation.messages == reference)
    }

    @Test("What messages cost is their text and 40 bytes each, also after sorting and when they are taken out")
    func cost() {
        var conversation = Conversation([message(2, 1, "abc"), message(1, 2, ""), message(3, 3, "é")])
        #expect(conversation.cost == 3 + 2 + 3 * 40)
        #expect(
            conversation.cost == conversation.messages.reduce(0) { $0 + Conversation.cost(ofText: $1.text.utf8.count) })
        conversation.sortByTimestamp()
        #expect(conversation.cost == 125)
        #expect(conversation.takeMessages().cost == 125)
        #expect(conversation.cost == 0)
        #expect(Conversation().cost == 0)
    }

    @Test("Bytes of any kind are read as messages or refused, and reserve nothing for a count that they don't hold")
    func anyBytes() {
        var random = SeededGenerator(7)
        for size in 0..<400 {
            var bytes = (0..<size).map { _ in UInt8.random(in: 0...255, using: &random) }
            // Four billion messages.
            if size % 2 == 0 { bytes = [0xFF, 0xFF, 0xFF, 0xFF, 0x0F] + bytes }
            bytes.withUnsafeBytes { bytes in
                var reader = ByteReader(bytes)
                _ = try? Conversation(from: &reader)
            }
        }
    }

    @Test("A sorted conversation equals one that came in order")
    func equality() {
        let inOrder = Conversation([message(1, 2, "a"), message(2, 1, "b")])
        var other = Conversation([message(2, 1, "b"), message(1, 2, "a")])
        #expect(other != inOrder)
        other.sortByTimestamp()
        #expect(other == inOrder)
    }

    @Test("A copy doesn't change with its original")
    func copies() {
        var original = Conversation([message(2, 1, "b")])
        let copy = original
        original.append(message(1, 2, "a"))
        original.sortByTimestamp()
        #expect(copy.messages.map(\.text) == ["b"])
        #expect(original.messages.map(\.text) == ["a", "b"])
    }
}

extension Conversation {
    fileprivate mutating func append(_ message: ChatMessage) {
        Array(message.text.utf8).withUnsafeBytes {
            append(timestamp: message.timestamp, sequence: message.sequence, sender: message.sender, text: $0)
        }
    }
}
