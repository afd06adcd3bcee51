/// Somebody who says what became of suggestions, whatever happens to the programs.
import Feed
import Foundation
import Synchronization
import TestSupport
import Threads
import ZeroMQ

/// Sends feedback about entries as they come, a few at a time, and sends the same again until there is an answer; now and then also
/// when there was one.
final class FeedbackSender: Sendable {
    /// What it knows.
    struct Account: Sendable {
        var sent: Set<String> = []
        /// Records' numbers, by feedback.
        var accepted: [String: UInt64] = [:]
        var problems: [String] = []
    }

    private static let mostOnTheirWay = 4
    /// It is sent again when there was no answer for so long.
    private static let patience = Duration.milliseconds(200)

    private let endpoint: String
    private let received: Tally<Received>
    private let seed: UInt64
    private let account = Mutex(Account())
    private let isStopped = Atomic(false)

    /// - Parameter received: what a subscriber has got so far.
    init(_ endpoint: String, about received: Tally<Received>, seed: UInt64) {
        self.endpoint = endpoint
        self.received = received
        self.seed = seed
    }

    func stop() { isStopped.store(true, ordering: .relaxed) }

    /// Sends until it is stopped.
    func run() async -> Account {
        do {
            try await onOwnThread("feedback") { [self] in try send() }
        } catch {
            account.withLock { $0.problems.append("feedback can't be sent: \(error)") }
        }
        return account.withLock { $0 }
    }

    private func send() throws {
        let socket = try FeedSocket.submitter(in: FeedContext(keys: nil))
        try socket.connect(endpoint)
        var poller = Poller()
        _ = poller.add(socket)
        var random = SeededGenerator(seed)
        var onTheirWay: [String: (line: [UInt8], sent: ContinuousClock.Instant)] = [:]
        var count = 0
        while !isStopped.load(ordering: .relaxed) {
            for (id, one) in onTheirWay where ContinuousClock.now - one.sent > Self.patience {
                try submit(one.line, on: socket)
                onTheirWay[id]?.sent = .now
            }
            if onTheirWay.count < Self.mostOnTheirWay, let entry = received.value.entries.randomElement(using: &random),
                entry.isWindow
            {
                let id = "feedback-\(count)"
                count += 1
                let line = try JSONEncoder().encode([
                    "id": id, "entry": entry.id, "kind": "edited", "text": "No. \(count)",
                ])
                account.withLock { _ = $0.sent.insert(id) }
                onTheirWay[id] = (Array(line), .now)
                for _ in 0..<(Int.random(in: 0..<4, using: &random) == 0 ? 2 : 1) {
                    try submit(Array(line), on: socket)
                }
            }
            try poller.wait(milliseconds: 20)
            while let answer = try answer(on: socket) {
                switch answer {
                case .accepted(let record, let id):
                    onTheirWay[id] = nil
                    account.withLock { account in
                        let before = account.accepted.updateValue(record, forKey: id)
                        if let before, before != record {
                            account.problems.append("\(id) is said to be record \(before) and record \(record)")
                        }
                    }
                case .refused(let reason, let id):
                    // A consumer that is about to leave takes none.
                    onTheirWay[id] = nil
                    if reason.contains("has ended") { return }
                    account.withLock { $0.problems.append("\(id) was refused: \(reason)") }
                }
            }
        }
    }

    /// What has no room is sent again later.
    private func submit(_ line: [UInt8], on socket: borrowing Socket) throws {
        let frames = SubmissionRequest.submit(line: line).frames
        guard try socket.send(frames[0], more: true) else { return }
        _ = try socket.send(frames[1])
    }

    private func answer(on socket: borrowing Socket) throws -> SubmissionAnswer? {
        var frame = Frame()
        guard try socket.receive(into: &frame) else { return nil }
        var frames = [frame.bytes]
        while frame.hasMore, try socket.receive(into: &frame) { frames.append(frame.bytes) }
        return SubmissionAnswer(frames: frames)
    }
}
