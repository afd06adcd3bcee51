/// A feed's two sides, as metrics.
import Feed

/// Programs that follow say the same of it, and so do programs that publish.
package enum FeedMetrics {
    private static let streams = Metric(
        "streamllm_input_streams", .gauge, "Streams that are followed and haven't ended.")
    private static let inputLag = Metric(
        "streamllm_input_lag_records", .gauge, "Records that the publisher is ahead that is furthest, as far as heard.")
    private static let gaps = Metric(
        "streamllm_input_gaps_total", .counter, "How often records didn't come live and had to be fetched.")
    private static let catchUps = Metric(
        "streamllm_input_catch_ups_total", .counter, "How often a stream has drawn level, the first time included.")

    private static let next = Metric(
        "streamllm_published_next_record", .gauge, "Number of the next record that is published.")
    private static let followers = Metric(
        "streamllm_followers", .gauge, "Followers that have asked for records and haven't left.")
    private static let catchingUp = Metric(
        "streamllm_followers_catching_up", .gauge, "Followers that have asked for records within 5 s, 20 at most.")
    private static let lag = Metric(
        "streamllm_follower_lag_records", .gauge, "Records that a follower lacks that is catching up.")

    /// - Parameter labels: what is followed, where that is several.
    package static func samples(
        _ figures: FollowingFigures, _ labels: KeyValuePairs<String, String> = [:]
    ) -> [Sample] {
        [
            streams(figures.streams, labels), inputLag(figures.lag, labels), gaps(figures.gaps, labels),
            catchUps(figures.catchUps, labels),
        ]
    }

    package static func samples(_ figures: PublishingFigures) -> [Sample] {
        [next(figures.next), followers(figures.followers), catchingUp(figures.catchingUp.count)]
            + figures.catchingUp.map { lag($0.lag, ["follower": $0.name]) }
    }
}
