/// Leaving when everything is done.
import Outbox
import ServiceLifecycle
import Threads

/// Waits until everything is out, ends the output stream, and returns when nobody needs it any more; its return ends
/// the daemon.
struct CompletionService: Service {
    let completion: BoundedQueue<Void>
    let workspace: Workspace
    let released: BoundedQueue<Void>

    func run() async throws {
        await cancelWhenGracefulShutdown {
            guard await completion.next() != nil else { return }
            await workspace.end()
            _ = await released.next()
        }
    }
}
