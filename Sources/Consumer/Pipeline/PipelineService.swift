/// The middle of the daemon: batches in, windows out.
import Common
import Feed
import Logging
import ServiceLifecycle
import Streaming

/// Decodes what the intake queued, runs it through the engine, and hands windows to the model stage (or straight to the
/// workspace, where no model is asked).
struct PipelineService: Service {
    private let queue: BoundedQueue<Delivery>
    private let acknowledgements: BoundedQueue<String>
    private let stage: ModelStage?
    private let workspace: Workspace
    private let policy: WindowPolicy
    private let inputEndpoints: Set<String>
    private let logger: Logger
    /// Outcomes on their way from the one task to the other.
    private let outcomes: BoundedQueue<Pipeline.Outcome>

    init(
        _ options: ConsumerOptions, queue: BoundedQueue<Delivery>, acknowledgements: BoundedQueue<String>,
        stage: ModelStage?, workspace: Workspace, logger: Logger
    ) throws {
        self.queue = queue
        self.acknowledgements = acknowledgements
        self.stage = stage
        self.workspace = workspace
        policy = options.policy
        inputEndpoints = Set(options.inputEndpoints)
        self.logger = logger
        outcomes = BoundedQueue(limit: 2, wakeup: try Wakeup())
    }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            // Two tasks, so that one batch is decoded and cut while the windows of the one before are written out.
            await withTaskGroup(of: Void.self) { group in
                group.addTask {
                    while let outcomes = await self.outcomes.next() {
                        for outcome in outcomes { await pass(outcome) }
                    }
                }
                var pipeline = Pipeline(policy: policy, endpoints: inputEndpoints, logger: logger)
                while let deliveries = await queue.next() {
                    for delivery in deliveries {
                        await pipeline.take(delivery) { outcome in
                            outcomes.push(outcome, weight: 1)
                            await outcomes.waitForRoom()
                        }
                    }
                    if Task.isCancelled { break }
                }
                outcomes.close()
            }
        }
        // The group wants its services to end in its own order; this one may be done before its turn.
        try? await gracefulShutdown()
    }

    private func pass(_ outcome: Pipeline.Outcome) async {
        await workspace.publish(outcome.records, counting: outcome.counts)
        if let stage {
            await workspace.expect(outcome.windows.count)
            await stage.submit(outcome.windows)
        } else {
            await workspace.publish(outcome.windows.map(\.unanswered))
        }
        await workspace.setInputsEnded(outcome.inputsEnded)
        if let stream = outcome.ended { acknowledgements.push(stream, weight: 1) }
    }
}

extension PendingWindow {
    /// The entry of a window about which nobody is asked.
    fileprivate var unanswered: Workspace.Record {
        .entry(entry(response: .none, timing: Timing()))
    }
}
