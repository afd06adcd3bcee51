/// The thread that sends feedback.
import Access
import Common
import Feed
import Foundation
import ServiceLifecycle
import Threads
import ZeroMQ

/// Sends feedback to one consumer, and says what became of it.
struct Submitter: Service {
    enum Outcome: Sendable, Equatable {
        case accepted(record: UInt64)
        case refused(String)
        /// The consumer hasn't answered.
        case silence
        /// Too much is under way.
        case full

        /// For the label of a metric.
        var word: String {
            switch self {
            case .accepted: "accepted"
            case .refused: "refused"
            case .silence, .full: "unanswered"
            }
        }
    }

    private struct Item: Sendable {
        let id: [UInt8]
        let line: [UInt8]
        let waiter: CheckedContinuation<Outcome, Never>
    }

    private let endpoint: String
    private let keys: Keyring?
    private let queue: BoundedQueue<Item>
    private let progress: StageProgress
    private let stop: StopSignal
    /// Nobody is waited for any more.
    private let givenUp: StopSignal

    /// - Parameter stages: where progress is noted.
    init(_ endpoint: String, keys: Keyring?, stages: Stages) throws {
        progress = stages.stage("feedback")
        self.endpoint = endpoint
        self.keys = keys
        queue = BoundedQueue(limit: .max, wakeup: try Wakeup())
        stop = StopSignal(wakeup: queue.wakeup)
        givenUp = StopSignal(wakeup: queue.wakeup)
    }

    /// Sends a line of JSON, and waits for the answer.
    ///
    /// - Parameter id: the one in the line.
    func submit(_ line: [UInt8], id: String) async -> Outcome {
        if queue.isClosed { return .silence }
        return await withCheckedContinuation { waiter in
            queue.push(Item(id: Array(id.utf8), line: line, waiter: waiter), weight: 1)
            // The thread may have looked for the last time.
            if queue.isClosed { for item in queue.takeAll() { item.waiter.resume(returning: .silence) } }
        }
    }

    /// Who waits for an answer gets none.
    func giveUp() { givenUp.set() }

    func run() async throws {
        try await onOwnThread("feedback", until: stop) { [self] in
            defer {
                progress.end()
                queue.close()
                for item in queue.takeAll() { item.waiter.resume(returning: .silence) }
            }
            try send()
        }
    }

    private func send() throws {
        let socket = try SubmissionSocket(endpoint, in: FeedContext(keys: keys))
        var poller = Poller()
        _ = poller.add(descriptor: queue.wakeup.descriptor)
        socket.watch(in: &poller)
        var pending = PendingSubmissions<CheckedContinuation<Outcome, Never>>()
        defer { for waiter in pending.takeOver(at: .now, all: true) { waiter.resume(returning: .silence) } }
        while !stop.isSet {
            progress.note()
            for item in queue.takeAll() {
                switch pending.add(item.id, item.line, item.waiter, at: .now) {
                case .taken: break
                case .full: item.waiter.resume(returning: .full)
                case .other: item.waiter.resume(returning: .refused("id is that of other feedback, which is under way"))
                }
            }
            try socket.look()
            // What can't be sent now is due again.
            for line in pending.due(at: .now) { _ = try socket.send(.submit(line: line)) }
            for waiter in pending.takeOver(at: .now, all: givenUp.isSet) { waiter.resume(returning: .silence) }
            try poller.wait(milliseconds: min(1000, pending.patience(at: .now).milliseconds + 1))
            queue.wakeup.clear()
            while let answer = try socket.receive() {
                let (id, outcome): (String, Outcome) =
                    switch answer {
                    case .accepted(let record, let id): (id, .accepted(record: record))
                    case .refused(let reason, let id): (id, .refused(reason))
                    }
                for waiter in pending.answered(Array(id.utf8)) { waiter.resume(returning: outcome) }
            }
        }
    }
}
