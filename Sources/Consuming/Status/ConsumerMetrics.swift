/// What the consumer counts, as metrics.
import Answering
import Chat
import Feed
import Monitoring
import Outbox
import Records
import Storage

/// Puts together, for each scrape, what the parts know of themselves anyway. Nothing is counted for it.
struct ConsumerMetrics: Sendable {
    let workspace: Workspace
    let boards: Boards
    /// Whoever asks models; nil: nobody does.
    let responder: (any Responder)?
    let store: Store?

    func samples() async -> [Sample] {
        let (counts, feedback, waiting) = await (workspace.counts, workspace.feedbackKinds, workspace.waiting)
        var samples = Self.messages(counts)
        samples += Self.entries(counts) + [Metric.windowsWaiting(waiting)]
        for kind in Feedback.Kind.allCases {
            samples.append(Metric.feedback(feedback[kind] ?? 0, ["kind": kind.rawValue]))
        }
        samples += Self.streams(boards.pipeline.reading, boards.intake.reading)
        for server in await responder?.servers() ?? [] { samples += Self.server(server) }
        if let store { samples.append(Metric.storeBytes(store.size)) }
        return samples + FeedMetrics.samples(boards.output.reading)
    }

    private static func messages(_ counts: Counts) -> [Sample] {
        [
            Metric.received(counts.received), Metric.accepted(counts.accepted), Metric.rejected(counts.rejected),
            Metric.duplicates(counts.duplicates), Metric.inWindows(counts.inWindows), Metric.late(counts.late),
            Metric.lost(counts.lost),
        ]
    }

    private static func entries(_ counts: Counts) -> [Sample] {
        [
            Metric.windows(counts.windows),
            Metric.entries(counts.generated, ["status": "generated"]),
            Metric.entries(counts.fallback, ["status": "fallback"]),
            Metric.entries(counts.unanswered, ["status": "none"]),
            Metric.entries(counts.superseded, ["status": "superseded"]),
        ]
    }

    private static func streams(_ pipeline: PipelineReading, _ intake: FollowingFigures) -> [Sample] {
        var samples = [
            Metric.windowsOpen(pipeline.windowsOpen), Metric.silentEndpoints(pipeline.silentEndpoints.count),
        ]
        samples += FeedMetrics.samples(intake)
        for stream in pipeline.streams {
            let labels: KeyValuePairs = ["stream": stream.stream]
            samples.append(Metric.nextRecord(stream.next, labels))
            if let watermark = stream.watermark { samples.append(Metric.watermark(watermark.seconds, labels)) }
            guard let time = stream.eventTime else { continue }
            samples.append(Metric.eventTime(time.seconds, labels))
            // What its publisher has said and what is worked out are times of one clock.
            let reached = intake.eventTimes[stream.stream].map { Timestamp(milliseconds: $0) } ?? time
            samples.append(Metric.eventTimeLag(max(0, reached.seconds - time.seconds), labels))
        }
        return samples
    }

    private static func server(_ server: WorkspaceStatus.Server) -> [Sample] {
        let labels: KeyValuePairs = ["server": server.server]
        let isUp = server.state == .ready || server.state == .unasked
        return [
            Metric.serverUp(isUp ? 1 : 0, labels), Metric.breakerOpen(server.state == .down ? 1 : 0, labels),
            Metric.inFlight(server.inFlight, labels),
        ]
    }
}

extension Timestamp {
    /// Since 1970.
    fileprivate var seconds: Double { Double(milliseconds) / 1000 }
}

extension Metric {
    fileprivate static let received = Metric(
        "streamllm_messages_received_total", .counter, "Input records received: accepted, rejected and duplicates.")
    fileprivate static let accepted = Metric(
        "streamllm_messages_accepted_total", .counter, "Messages accepted: in windows, and late.")
    fileprivate static let rejected = Metric(
        "streamllm_messages_rejected_total", .counter, "Lines that aren't messages.")
    fileprivate static let duplicates = Metric(
        "streamllm_messages_duplicates_total", .counter, "Records that came a second time and were passed over.")
    fileprivate static let inWindows = Metric(
        "streamllm_messages_in_windows_total", .counter, "Messages put into windows.")
    fileprivate static let late = Metric(
        "streamllm_messages_late_total", .counter, "Messages that came after their window had closed.")
    fileprivate static let lost = Metric(
        "streamllm_messages_lost_total", .counter, "Messages that no publisher has any more.")
    fileprivate static let windows = Metric("streamllm_windows_closed_total", .counter, "Windows that have come out.")
    fileprivate static let windowsOpen = Metric(
        "streamllm_windows_open", .gauge, "Windows that are open, and those kept for late messages.")
    fileprivate static let windowsWaiting = Metric(
        "streamllm_windows_waiting", .gauge, "Windows that wait for an answer, those being answered included.")
    fileprivate static let entries = Metric("streamllm_entries_total", .counter, "Entries published, by status.")
    fileprivate static let feedback = Metric("streamllm_feedback_total", .counter, "Feedback published, by kind.")
    fileprivate static let silentEndpoints = Metric(
        "streamllm_input_endpoints_silent", .gauge, "Input endpoints that nothing has been heard from.")
    fileprivate static let nextRecord = Metric(
        "streamllm_stream_next_record", .gauge, "Number of the next record of a stream.")
    fileprivate static let eventTime = Metric(
        "streamllm_stream_event_time_seconds", .gauge, "Latest event time of a stream, in seconds since 1970.")
    fileprivate static let watermark = Metric(
        "streamllm_stream_watermark_seconds", .gauge,
        "Watermark of a stream: windows that end by then are over. In seconds since 1970.")
    fileprivate static let eventTimeLag = Metric(
        "streamllm_stream_event_time_lag_seconds", .gauge,
        "How far a stream's publisher is ahead in event time, in seconds.")
    fileprivate static let serverUp = Metric(
        "streamllm_model_server_up", .gauge, "1 where a model server's last answer came, or it hasn't been asked.")
    fileprivate static let breakerOpen = Metric(
        "streamllm_model_server_breaker_open", .gauge,
        "1 where a model server has failed too often and is only tried now and then.")
    fileprivate static let inFlight = Metric(
        "streamllm_model_server_in_flight", .gauge, "Questions that a model server is answering.")
    fileprivate static let storeBytes = Metric(
        "streamllm_store_bytes", .gauge, "Size of the store with its write-ahead log, in bytes.")
}
