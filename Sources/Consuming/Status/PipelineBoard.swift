/// How far the pipeline is, for whoever watches.
import Records
import Streaming
import Synchronization

/// What the pipeline's thread says now and then, and another reads. Safe to use from anywhere.
final class PipelineBoard: Sendable {
    struct Reading: Sendable {
        var windowsOpen = 0
        var silentEndpoints: [String] = []
        var streams: [WorkspaceStatus.Stream] = []
    }

    /// Said again at most so often while there is always more to do.
    private static let interval = Duration.milliseconds(200)

    private struct State {
        var reading = Reading()
        var notedAt: ContinuousClock.Instant?
    }

    private let state = Mutex(State())

    var reading: Reading { state.withLock { $0.reading } }

    /// Takes a reading where the last one is old, or nothing more is to be done for now.
    func note(_ pipeline: borrowing Pipeline, isLast: Bool, at now: ContinuousClock.Instant = .now) {
        let isDue = state.withLock { $0.notedAt.map { now - $0 >= Self.interval } ?? true }
        guard isDue || isLast else { return }
        let reading = pipeline.reading
        state.withLock { $0 = State(reading: reading, notedAt: now) }
    }
}

extension Pipeline {
    fileprivate var reading: PipelineBoard.Reading {
        PipelineBoard.Reading(
            windowsOpen: engine.openWindows, silentEndpoints: silentEndpoints.sorted(),
            streams: engine.readings(atMost: WorkspaceStatus.mostStreams).map { stream in
                let place = places[stream.stream] ?? Place()
                return WorkspaceStatus.Stream(
                    stream: stream.stream, state: place.isSilent ? .silent : .open, next: place.next,
                    eventTime: stream.eventTime, watermark: stream.watermark, windowsOpen: stream.openWindows,
                    holdsMessage: stream.holdsMessage)
            })
    }
}
