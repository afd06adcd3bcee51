/// What the producer says of itself.
import Chat
import Feed
import Monitoring
import Threads

/// Where a broadcast is.
struct BroadcastReading: Sendable {
    var counts = Counts()
    /// Event time reached.
    var eventTime: Timestamp?
    var hasEnded = false
    var feed = PublishingFigures()
}

/// What the producer's thread says now and then; nil until it publishes.
typealias BroadcastBoard = Noticeboard<BroadcastReading?>

/// A broadcast's counts as metrics.
enum ProducerMetrics {
    private static let published = Metric(
        "streamllm_lines_published_total", .counter, "Lines published, unreadable ones included.")
    private static let unreadable = Metric(
        "streamllm_lines_unreadable_total", .counter, "Lines published that aren't messages.")
    private static let tooLong = Metric(
        "streamllm_lines_too_long_total", .counter, "Lines over --max-line-bytes, not published.")
    private static let eventTime = Metric(
        "streamllm_published_event_time_seconds", .gauge, "Event time reached, in seconds since 1970.")
    private static let ended = Metric("streamllm_published_end", .gauge, "1 where the stream has ended.")

    static func samples(_ reading: BroadcastReading) -> [Sample] {
        var samples = [
            published(reading.counts.published), unreadable(reading.counts.unreadable),
            tooLong(reading.counts.tooLong), ended(reading.hasEnded ? 1 : 0),
        ]
        if let time = reading.eventTime { samples.append(eventTime(Double(time.milliseconds) / 1000)) }
        return samples + FeedMetrics.samples(reading.feed)
    }
}
