/// What the daemon's threads say of themselves.
import Feed
import Threads

/// A board for each thread whose work others want to know of.
struct Boards: Sendable {
    let pipeline = PipelineBoard(PipelineReading())
    /// How the input is followed.
    let intake = Noticeboard(FollowingFigures())
    /// Who follows the output.
    let output = Noticeboard(PublishingFigures())
}
