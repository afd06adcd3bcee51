/// Frames, their bytes and what follows them.
import Testing
import ZeroMQ

@Suite("Frame", .timeLimit(.minutes(5)))
struct FrameTests {
    /// Two connected sockets.
    private struct Pair: ~Copyable {
        let sender: Socket
        let receiver: Socket

        init() throws {
            let context = try Context()
            var receiver = try Socket(.dealer, in: context)
            try receiver.bind("tcp://127.0.0.1:*")
            let sender = try Socket(.dealer, in: context)
            try sender.connect(receiver.lastEndpoint)
            self.sender = sender
            self.receiver = receiver
        }

        /// Receives one frame, waited for.
        func receive(into frame: inout Frame) throws -> Bool {
            var poller = Poller()
            _ = poller.add(receiver)
            try poller.wait(milliseconds: 20_000)
            return try receiver.receive(into: &frame)
        }
    }

    @Test("A new frame is empty and alone")
    func empty() {
        var frame = Frame()
        let (count, bytes, hasMore) = (frame.count, frame.bytes, frame.hasMore)
        #expect(count == 0)
        #expect(bytes == [])
        #expect(!hasMore)
    }

    @Test("Each frame but the last says that more follow")
    func more() throws {
        let pair = try Pair()
        let sent = try pair.sender.send(message: ["one", "", "three"])
        #expect(sent)
        var frame = Frame()
        var found: [String] = []
        for _ in 0..<3 {
            let isThere = try pair.receive(into: &frame)
            #expect(isThere)
            found.append("\(String(decoding: frame.bytes, as: UTF8.self)) \(frame.count) \(frame.hasMore)")
        }
        #expect(found == ["one 3 true", " 0 true", "three 5 false"])
    }

    @Test("Where nothing is there, receiving says so at once")
    func nothing() throws {
        let pair = try Pair()
        var frame = Frame()
        let isThere = try pair.receiver.receive(into: &frame)
        #expect(!isThere)
        let sent = try pair.sender.send(message: ["one"])
        #expect(sent)
        let first = try pair.receive(into: &frame)
        #expect(first)
        let second = try pair.receiver.receive(into: &frame)
        #expect(!second)
    }

    @Test(
        "Bytes of every value and frames of every size come through, one frame used for all",
        arguments: [[0, 1, 29, 30, 33, 34, 255, 256, 8192, 1 << 20, 3, 0]])
    func sizes(_ sizes: [Int]) throws {
        let pair = try Pair()
        var frame = Frame()
        for size in sizes {
            let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31) }
            let sent = try pair.sender.send(bytes)
            #expect(sent)
            let isThere = try pair.receive(into: &frame)
            #expect(isThere)
            let (count, copy, view, hasMore) = (frame.count, frame.bytes, frame.withBytes { Array($0) }, frame.hasMore)
            #expect(count == size)
            #expect(copy == bytes)
            #expect(view == bytes)
            #expect(!hasMore)
        }
    }

    @Test("Bytes can be sent from a buffer, an empty one without an address, too")
    func buffers() throws {
        let pair = try Pair()
        let text: [UInt8] = [1, 2, 3]
        let first = try text.withUnsafeBytes { try pair.sender.send($0, more: true) }
        let second = try pair.sender.send(UnsafeRawBufferPointer(start: nil, count: 0))
        #expect(first && second)
        let received = try pair.receiver.message()
        #expect(received == [[1, 2, 3], []])
    }

    @Test("A frame keeps its bytes when its socket is gone")
    func outlives() throws {
        var frame = Frame()
        try receiveFromShortLived(into: &frame)
        let count = frame.withBytes { bytes in bytes.count(where: { $0 == 7 }) }
        #expect(count == 100_000)
    }

    private func receiveFromShortLived(into frame: inout Frame) throws {
        let pair = try Pair()
        let sent = try pair.sender.send([UInt8](repeating: 7, count: 100_000))
        #expect(sent)
        let isThere = try pair.receive(into: &frame)
        #expect(isThere)
    }
}
