/// Says each second how the consumer is doing.
import Answering
import Chat
import Common
import Feed
import Outbox
import Records
import ServiceLifecycle
import Threads

/// Puts together what the parts know of themselves, and publishes it. It isn't kept, and nobody waits for it: where the output
/// has no room, that second has none.
struct StatusService: Service {
    private static let interval = Duration.seconds(1)

    private let workspace: Workspace
    private let pipeline: PipelineBoard
    private let responder: (any Responder)?
    private let output: BoundedQueue<OutputItem>
    private let since = Timestamp.now

    /// - Parameters:
    ///   - responder: whoever asks models; nil: nobody does.
    ///   - output: the output thread's queue.
    init(
        workspace: Workspace, pipeline: PipelineBoard, responder: (any Responder)?, output: BoundedQueue<OutputItem>
    ) {
        self.workspace = workspace
        self.pipeline = pipeline
        self.responder = responder
        self.output = output
    }

    func run() async throws {
        // Cancelled: it was told to stop, and there is nothing to finish.
        try? await cancelWhenGracefulShutdown {
            while true {
                if !output.isFull {
                    let item = OutputItem.unkept(topic: Array(Topic.status.utf8), payload: await status().json)
                    output.push(item, weight: item.weight)
                }
                try await Task.sleep(for: Self.interval)
            }
        }
        try? await gracefulShutdown()
    }

    private func status() async -> WorkspaceStatus {
        let (counts, waiting) = await (workspace.counts, workspace.waiting)
        let reading = pipeline.reading
        return WorkspaceStatus(
            time: .now, since: since, received: counts.received, accepted: counts.accepted, rejected: counts.rejected,
            duplicates: counts.duplicates, late: counts.late, lost: counts.lost, entries: counts.entries,
            generated: counts.generated, fallback: counts.fallback, feedback: counts.feedback,
            windowsOpen: reading.windowsOpen, windowsWaiting: waiting, silentEndpoints: reading.silentEndpoints,
            streams: reading.streams, servers: await responder?.servers() ?? [])
    }
}
