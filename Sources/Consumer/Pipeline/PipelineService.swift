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

    init(
        _ options: ConsumerOptions, queue: BoundedQueue<Delivery>, acknowledgements: BoundedQueue<String>,
        stage: ModelStage?, workspace: Workspace, logger: Logger
    ) {
        self.queue = queue
        self.acknowledgements = acknowledgements
        self.stage = stage
        self.workspace = workspace
        policy = options.policy
        inputEndpoints = Set(options.inputEndpoints)
        self.logger = logger
    }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            var pipeline = Pipeline(policy: policy, endpoints: inputEndpoints, logger: logger)
            while let deliveries = await queue.next() {
                for delivery in deliveries {
                    let outcome = pipeline.take(delivery)
                    await pass(outcome)
                    if let stream = outcome.ended { acknowledgements.push(stream, weight: 1) }
                }
                if Task.isCancelled { break }
            }
        }
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
    }
}

extension PendingWindow {
    /// The entry of a window about which nobody is asked.
    fileprivate var unanswered: Workspace.Record {
        .entry(entry(response: .none, timing: Timing()))
    }
}
