/// The page's server, for whoever watches it.
import Common
import Feed
import Monitoring
import Synchronization
import Threads

/// What the page's server says of itself.
final class PageMonitor: Sendable {
    let counts = PageCounts()
    let liveness = Liveness()
    let isListening = Atomic(false)
    /// By workspace, how it is followed.
    let figures: [Noticeboard<FollowingFigures>]
    private let board: Board
    private let workspaces: [String]

    /// - Parameter workspaces: their endpoints.
    init(board: Board, workspaces: [String]) {
        self.board = board
        self.workspaces = workspaces
        figures = workspaces.map { _ in Noticeboard(FollowingFigures()) }
    }

    func page(at address: ListenAddress) -> MonitorPage {
        MonitorPage(
            "web", isLocal: address.isLocal, registry: Registry([:]), liveness: liveness,
            readiness: { [self] in readiness },
            collect: { [self] in samples })
    }

    /// A workspace that isn't there is shown once it is: the page itself works.
    private var readiness: MonitorPage.Readiness {
        let unheard = board.glance.workspaces.filter { $0.stream == nil }
        return MonitorPage.Readiness(
            unready: isListening.load(ordering: .relaxed) ? [] : ["the page isn't served yet"],
            degraded: unheard.map { "nothing has been heard of \($0.place.endpoint)" })
    }

    private var samples: [Sample] {
        var samples = PageMetrics.samples(board, counts.reading)
        for (endpoint, figures) in zip(workspaces, figures) {
            samples += FeedMetrics.samples(figures.reading, ["workspace": endpoint])
        }
        return samples
    }
}
