/// What the pipeline takes.
import Feed

/// What comes to the pipeline: from the feeds, where it cuts windows; or windows that somebody else has cut.
enum PipelineInput: Sendable {
    case delivery(Delivery)
    case results(GivenBatch)
}
