/// How far the pipeline is, for whoever watches.
import Records
import Streaming
import Threads

/// What the pipeline's thread says of how far it is.
struct PipelineReading: Sendable {
    var windowsOpen = 0
    var silentEndpoints: [String] = []
    var streams: [WorkspaceStatus.Stream] = []
}

typealias PipelineBoard = Noticeboard<PipelineReading>

extension Pipeline {
    var reading: PipelineReading {
        PipelineReading(
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
