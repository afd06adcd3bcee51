/// The thread that makes things durable, and only then lets them out.
import Common
import Foundation
import GRDB
import Logging
import Metrics
import ServiceLifecycle
import Storage
import Threads
import ZeroMQ

/// Writes commits to the store, all that wait in one transaction (``GroupCommit``), and afterwards hands on what they hold.
/// Without a store it only hands on.
package struct CommitService: Service {
    /// Commits wait for the thread up to this size, in bytes.
    package static let queueLimit = 24 << 20

    private let queue: BoundedQueue<Commit>
    private let store: Store?
    private let outlets: Outlets
    private let progress: StageProgress
    private let metrics: CommitMetrics
    private let stop: StopSignal
    private let logger: Logger

    /// Where things go once they are committed.
    package struct Outlets: Sendable {
        package let output: BoundedQueue<OutputItem>
        /// nil: there is no console.
        package let console: ConsoleProgress?
        package let backlog: Backlog
        /// Streams whose end may be acknowledged.
        package let acknowledgements: BoundedQueue<String>
        /// Gets an element each time everything is out.
        package let completion: BoundedQueue<Void>
        /// nil: there is no feedback.
        package let feedback: BoundedQueue<FeedbackNews>?
        /// Results that were given and may be acknowledged; nil: none are given.
        package let receipts: BoundedQueue<UInt64>?

        package init(
            output: BoundedQueue<OutputItem>, console: ConsoleProgress?, backlog: Backlog,
            acknowledgements: BoundedQueue<String>, completion: BoundedQueue<Void>,
            feedback: BoundedQueue<FeedbackNews>? = nil, receipts: BoundedQueue<UInt64>? = nil
        ) {
            self.receipts = receipts
            self.output = output
            self.console = console
            self.backlog = backlog
            self.acknowledgements = acknowledgements
            self.completion = completion
            self.feedback = feedback
        }
    }

    /// - Parameters:
    ///   - stages: where progress is noted.
    ///   - factory: what is measured of commits goes there.
    package init(
        queue: BoundedQueue<Commit>, store: Store?, outlets: Outlets, stages: Stages = Stages(),
        metrics factory: any MetricsFactory = NOOPMetricsHandler.instance, logger: Logger
    ) {
        metrics = CommitMetrics(factory)
        self.queue = queue
        self.store = store
        self.outlets = outlets
        progress = stages.stage("commit") { !queue.isEmpty }
        stop = StopSignal(wakeup: queue.wakeup)
        self.logger = logger
    }

    package func run() async throws {
        defer {
            queue.close()
            progress.end()
        }
        try await onOwnThread("commit", until: stop) { [self] in try commit() }
    }

    private func commit() throws {
        var poller = Poller()
        _ = poller.add(descriptor: queue.wakeup.descriptor)
        var group = GroupCommit(now: .now)
        var isStopping = false
        while !isStopping {
            isStopping = stop.isSet
            progress.note()
            group.add(queue.takeAll())
            let patience = group.patience(now: .now)
            if patience == .zero || patience != nil && (isStopping || store == nil) {
                guard try finish(group.dequeue(now: .now), &poller) else { return }
            } else if !isStopping {
                progress.idle()
                try poller.wait(milliseconds: patience.map { $0.milliseconds + 1 } ?? -1)
                queue.wakeup.clear()
            }
        }
    }

    /// Makes commits durable and hands on what they hold.
    ///
    /// - Returns: false when the daemon was stopped before they could be written.
    private func finish(_ commits: [Commit], _ poller: inout Poller) throws -> Bool {
        if Breakage.publishFirst.isAskedFor { for commit in commits { handOn(commit) } }
        FaultPoint.beforeCommit.reached()
        let began = Moment.now
        if !Breakage.skipCommit.isAskedFor, try !write(commits, &poller) { return false }
        FaultPoint.afterCommit.reached()
        for commit in commits { commit.block?.trace?.committed(from: began) }
        if !Breakage.publishFirst.isAskedFor { for commit in commits { handOn(commit) } }
        return true
    }

    /// Writes until it succeeds: a disk that is full may have room again, and until then everything waits.
    ///
    /// - Returns: false when the daemon was stopped before there was room. Nothing of it is lost: it will be fetched and
    ///   worked out again.
    private func write(_ commits: [Commit], _ poller: inout Poller) throws -> Bool {
        guard let store else { return true }
        var hasFailed = false
        while true {
            do {
                let began = ContinuousClock.now
                try store.commit(commits)
                metrics.committed(commits.reduce(0) { $0 + $1.weight }, in: .now - began)
                if hasFailed { logger.info("The store can be written again") }
                return true
            } catch let error as DatabaseError where error.isPassing {
                if !hasFailed {
                    logger.error("The store can't be written: \(error.words). Waiting until it can")
                }
                hasFailed = true
                progress.waiting(for: .store)
                if stop.isSet { return false }
                try poller.wait(milliseconds: 500)
                queue.wakeup.clear()
            } catch let error as DatabaseError {
                throw ExitStatus.inputOutput("The store can't be used any more: \(error.words).")
            }
        }
    }

    private func handOn(_ commit: Commit) {
        if let block = commit.block {
            // Before anybody has an entry, whoever takes feedback about it knows it.
            if store == nil { outlets.feedback?.push(.published(block), weight: 1) }
            let item = OutputItem.records(block)
            outlets.output.push(item, weight: item.weight)
            outlets.console?.goesOut(upTo: block.next, bytes: block.lines.count)
        }
        if !commit.feedback.isEmpty { outlets.feedback?.push(.committed(commit.feedback), weight: 1) }
        if !commit.pending.isEmpty { outlets.backlog.add(commit.pending) }
        if let stream = commit.ended { outlets.acknowledgements.push(stream, weight: 1) }
        if let number = commit.given { outlets.receipts?.push(number, weight: 1) }
        if let isComplete = commit.isComplete {
            outlets.output.push(.complete(isComplete), weight: 1)
        }
        if commit.isEnd { outlets.output.push(.end, weight: 1) }
        if commit.isLast { outlets.completion.push((), weight: 1) }
    }
}

extension DatabaseError {
    /// Whether the disk is at fault, and may be well again.
    package var isPassing: Bool {
        [.SQLITE_FULL, .SQLITE_IOERR, .SQLITE_READONLY, .SQLITE_CANTOPEN, .SQLITE_BUSY].contains(
            resultCode.primaryResultCode)
    }
}
