/// Waiting for several things.
import Foundation
import Testing
import ZeroMQ

@Suite("Poller", .timeLimit(.minutes(5)))
struct PollerTests {
    /// A pipe.
    private struct Pipe: ~Copyable {
        let readEnd: Int32
        let writeEnd: Int32

        init() throws {
            var ends: [Int32] = [0, 0]
            try #require(pipe(&ends) == 0)
            (readEnd, writeEnd) = (ends[0], ends[1])
        }

        deinit {
            close(readEnd)
            close(writeEnd)
        }

        func signal() { _ = write(writeEnd, "x", 1) }

        func clear() {
            var byte: UInt8 = 0
            _ = read(readEnd, &byte, 1)
        }
    }

    @Test("A descriptor with something to read ends the wait")
    func descriptor() throws {
        let pipe = try Pipe()
        var poller = Poller()
        let index = poller.add(descriptor: pipe.readEnd)
        try poller.wait(milliseconds: 0)
        #expect(!poller.isReady(index))
        pipe.signal()
        try poller.wait(milliseconds: -1)
        #expect(poller.isReady(index))
        // It is level-triggered: what isn't read is told again, what is read isn't.
        try poller.wait(milliseconds: -1)
        #expect(poller.isReady(index))
        pipe.clear()
        try poller.wait(milliseconds: 0)
        #expect(!poller.isReady(index))
    }

    @Test("A descriptor that another thread writes to ends a wait that has begun")
    func otherThread() throws {
        let pipe = try Pipe()
        var poller = Poller()
        let index = poller.add(descriptor: pipe.readEnd)
        let writeEnd = pipe.writeEnd
        Thread { _ = write(writeEnd, "x", 1) }.start()
        try poller.wait(milliseconds: -1)
        #expect(poller.isReady(index))
    }

    @Test("A socket with a message ends the wait")
    func socket() throws {
        let context = try Context()
        var receiver = try Socket(.dealer, in: context)
        try receiver.bind("tcp://127.0.0.1:*")
        let sender = try Socket(.dealer, in: context)
        try sender.connect(receiver.lastEndpoint)
        var poller = Poller()
        let index = poller.add(receiver)
        try poller.wait(milliseconds: 0)
        #expect(!poller.isReady(index))
        let sent = try sender.send(message: ["one"])
        #expect(sent)
        try poller.wait(milliseconds: 20_000)
        #expect(poller.isReady(index))
        let received = try receiver.text()
        #expect(received == ["one"])
        try poller.wait(milliseconds: 0)
        #expect(!poller.isReady(index))
    }

    @Test("Of several things, those that are ready are told, by the index each was given")
    func several() throws {
        let first = try Pipe()
        let second = try Pipe()
        let context = try Context()
        var receiver = try Socket(.dealer, in: context)
        try receiver.bind("tcp://127.0.0.1:*")
        let sender = try Socket(.dealer, in: context)
        try sender.connect(receiver.lastEndpoint)
        var poller = Poller()
        let indices = [
            poller.add(descriptor: first.readEnd), poller.add(receiver), poller.add(descriptor: second.readEnd),
        ]
        #expect(Set(indices).count == 3)
        second.signal()
        try poller.wait(milliseconds: -1)
        #expect(indices.map { poller.isReady($0) } == [false, false, true])
        second.clear()
        let sent = try sender.send(message: ["one"])
        #expect(sent)
        try poller.wait(milliseconds: 20_000)
        #expect(indices.map { poller.isReady($0) } == [false, true, false])
        first.signal()
        try poller.wait(milliseconds: 20_000)
        #expect(indices.map { poller.isReady($0) } == [true, true, false])
    }

    @Test("With nothing to watch, the wait is its time")
    func nothing() throws {
        var poller = Poller()
        let start = ContinuousClock.now
        try poller.wait(milliseconds: 20)
        #expect(ContinuousClock.now - start >= .milliseconds(19))
    }
}
