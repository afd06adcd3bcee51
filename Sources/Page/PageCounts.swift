/// What the page's server counts.
import Monitoring
import Synchronization

/// Counts of what tabs ask for. Safe to use from anywhere.
final class PageCounts: Sendable {
    struct Reading: Hashable, Sendable {
        /// Tabs that follow.
        var viewers = 0
        /// Requests that the guard didn't let in.
        var refused = 0
        /// Feedback by what became of it.
        var submissions: [String: Int] = ["accepted": 0, "refused": 0, "unanswered": 0]
        /// Messages that were typed, and written down.
        var typed = 0
    }

    private let state = Mutex(Reading())

    var reading: Reading { state.withLock { $0 } }

    func note(_ change: (inout Reading) -> Void) { state.withLock { change(&$0) } }
}

/// The page's counts as metrics.
enum PageMetrics {
    private static let viewers = Metric("streamllm_page_viewers", .gauge, "Tabs that follow what happens.")
    private static let refused = Metric(
        "streamllm_page_requests_refused_total", .counter, "Requests without the cookie, or from another site's page.")
    private static let submissions = Metric(
        "streamllm_page_feedback_total", .counter, "Feedback sent on to consumers, by what became of it.")
    private static let typed = Metric("streamllm_page_messages_typed_total", .counter, "Messages typed on the page.")
    private static let record = Metric(
        "streamllm_page_last_record", .gauge, "Number of the last record taken of a workspace.")
    private static let skipped = Metric(
        "streamllm_page_records_skipped_total", .counter,
        "Records of a workspace that weren't taken, for there were too many.")
    private static let passedOver = Metric(
        "streamllm_page_messages_passed_over_total", .counter,
        "How often messages weren't shown at once, for there were too many.")

    static func samples(_ board: Board, _ counts: PageCounts.Reading) -> [Sample] {
        let glance = board.glance
        var samples = [
            viewers(counts.viewers), refused(counts.refused), typed(counts.typed), passedOver(glance.passedOver),
        ]
        for (result, count) in counts.submissions.sorted(by: { $0.key < $1.key }) {
            samples.append(submissions(count, ["result": result]))
        }
        for workspace in glance.workspaces {
            let labels: KeyValuePairs = ["workspace": workspace.place.endpoint]
            samples += [record(workspace.last, labels), skipped(workspace.skipped, labels)]
        }
        return samples
    }
}
