/// Whole messages, sent and waited for.
import Testing
import ZeroMQ

extension Socket {
    /// Sends frames as one message.
    ///
    /// - Returns: whether each frame was taken.
    func send(message frames: [[UInt8]]) throws -> Bool {
        for (index, frame) in frames.enumerated() {
            guard try send(frame, more: index < frames.count - 1) else { return false }
        }
        return true
    }

    func send(message frames: [String]) throws -> Bool { try send(message: frames.map { Array($0.utf8) }) }

    /// The next message, waited for.
    ///
    /// - Returns: its frames, nil when none comes in time.
    func message(within milliseconds: Int = 20_000) throws -> [[UInt8]]? {
        var poller = Poller()
        let index = poller.add(self)
        try poller.wait(milliseconds: milliseconds)
        guard poller.isReady(index) else { return nil }
        var frame = Frame()
        var frames: [[UInt8]] = []
        repeat {
            guard try receive(into: &frame) else { return frames.isEmpty ? nil : frames }
            frames.append(frame.bytes)
        } while frame.hasMore
        return frames
    }

    /// The next message as text, waited for.
    func text(within milliseconds: Int = 20_000) throws -> [String]? {
        try message(within: milliseconds)?.map { String(decoding: $0, as: UTF8.self) }
    }

    /// Why binding failed, nil when it didn't.
    mutating func refusal(ofBinding endpoint: String) -> ZMQError? {
        do {
            try bind(endpoint)
            return nil
        } catch {
            return error
        }
    }

    /// Why connecting failed, nil when it didn't.
    func refusal(ofConnecting endpoint: String) -> ZMQError? {
        do {
            try connect(endpoint)
            return nil
        } catch {
            return error
        }
    }
}
