/// The middle of the daemon: batches in, windows out.
import Common
import Feed
import Logging
import Outbox
import ServiceLifecycle
import Storage
import Streaming
import Threads

/// Decodes what the intake queued, runs it through the engine, and hands on what follows.
struct PipelineService: Service {
    /// So much is journaled before the pipeline's state is written as a whole, and the journal begun anew; or twice as
    /// much as that state has, so that writing it never costs more than the journal does. In bytes.
    private static let journalLimit = 4 << 20

    private let queue: BoundedQueue<PipelineInput>
    private let workspace: Workspace
    private let start: Recovered
    private let policy: WindowPolicy
    private let isDurable: Bool
    /// Where windows come from that somebody else has cut; nil: they are cut here.
    private let windowsFrom: String?
    /// Outcomes on their way from the one task to the other.
    private let outcomes: BoundedQueue<Outcome>
    private let board: PipelineBoard
    private let taking: StageProgress
    private let passingOn: StageProgress

    /// - Parameters:
    ///   - start: the state to go on from.
    ///   - board: told how far it is.
    ///   - stages: where progress is noted.
    init(
        _ options: ConsumerOptions, queue: BoundedQueue<PipelineInput>, workspace: Workspace, from start: Recovered,
        board: PipelineBoard, stages: Stages = Stages()
    ) throws {
        self.queue = queue
        self.workspace = workspace
        self.start = start
        self.board = board
        policy = options.policy
        windowsFrom = options.windowsFrom
        isDurable = options.stateDirectory != nil
        let outcomes = BoundedQueue<Outcome>(limit: 2, wakeup: try Wakeup())
        self.outcomes = outcomes
        taking = stages.stage("pipeline") { !queue.isEmpty }
        passingOn = stages.stage("pipeline's end") { !outcomes.isEmpty }
    }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            // Two tasks, so that one batch is decoded and cut while the windows of the one before are written out.
            await withTaskGroup(of: Void.self) { group in
                group.addTask {
                    while let some = await outcomes.next() {
                        for outcome in some {
                            passingOn.waiting(for: .room)
                            await workspace.submit(outcome)
                        }
                        passingOn.idle()
                    }
                    passingOn.end()
                }
                // All that the windows hold is asked for and let go of by one thread.
                await withTaskExecutorPreference(ThreadExecutor("pipeline")) { await drain() }
                taking.end()
                outcomes.close()
            }
        }
        // The group wants its services to end in its own order; this one may be done before its turn.
        try? await gracefulShutdown()
    }

    private func drain() async {
        var pipeline = start.pipeline
        if let unfinished = start.unfinished {
            let isWhole = await pipeline.process(
                unfinished.event, isJournaled: isDurable, skipping: unfinished.progress, handOn)
            guard isWhole else { return }
        }
        if pipeline.policy != policy {
            guard await pipeline.process(.policy(policy), isJournaled: isDurable, handOn) else { return }
        }
        if windowsFrom != nil {
            // Nobody is listened to any more who published messages: what is open of them comes out.
            for stream in pipeline.openStreams.sorted() {
                let end = JournalEvent.delivery(.vanished(stream: stream))
                guard await pipeline.process(end, isJournaled: isDurable, handOn) else { return }
            }
        } else {
            pipeline.givenStreams = GivenStreams()
        }
        // What the last process left is compacted, and says by which rules the journal goes on.
        var limit = isDurable ? await write(pipeline) : 0
        let decoder = BatchDecoder()
        var journaled = 0
        board.note(isLast: true) { pipeline.reading }
        taking.idle()
        func handOnJournaled(_ outcome: Outcome) async {
            journaled += outcome.commit.journal?.count ?? 0
            await handOn(outcome)
        }
        reading: while let inputs = await queue.next() {
            for input in inputs {
                taking.note()
                var isWhole = true
                switch input {
                case .delivery(let delivery):
                    isWhole = await pipeline.process(
                        delivery, with: decoder, isJournaled: isDurable, handOnJournaled)
                case .results(let batch):
                    await handOnJournaled(pipeline.take(batch, from: windowsFrom ?? "", isJournaled: isDurable))
                }
                // Nobody is waited for any more: what has been delivered besides is fetched again by the next process.
                if !isWhole || Task.isCancelled { break reading }
                if isDurable && journaled > limit {
                    limit = await write(pipeline)
                    journaled = 0
                }
            }
            board.note(isLast: queue.isEmpty) { pipeline.reading }
            taking.idle()
        }
        pipeline.endLog()
    }

    /// Writes the pipeline's state.
    ///
    /// - Returns: so much may be journaled until it is written again.
    private func write(_ pipeline: Pipeline) async -> Int {
        var size = 0
        await pipeline.checkpoint { part in
            size += part.bytes.count
            await handOn(Outcome(commit: Commit(checkpoint: part), inputs: pipeline.inputs))
        }
        return max(Self.journalLimit, size * 2)
    }

    private func handOn(_ outcome: Outcome) async {
        outcomes.push(outcome, weight: 1)
        taking.waiting(for: .room)
        await outcomes.waitForRoom()
        taking.note()
    }
}
