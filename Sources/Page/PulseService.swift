/// What happens by the clock.
import ServiceLifecycle

/// Wakes tabs when there is something new, and says each second how things are.
struct PulseService: Service {
    let board: Board

    func run() async throws {
        try? await cancelWhenGracefulShutdown {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await board.news.run() }
                while true {
                    try await Task.sleep(for: .seconds(1))
                    board.tick()
                }
            }
        }
        try? await gracefulShutdown()
    }
}
