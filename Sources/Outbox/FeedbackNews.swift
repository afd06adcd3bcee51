/// What whoever takes feedback is told.
import Storage

package enum FeedbackNews: Sendable {
    /// Feedback has become durable.
    case committed([KeptFeedback])
    /// Records have come out that are kept in memory alone.
    case published(RecordBlock)
}
