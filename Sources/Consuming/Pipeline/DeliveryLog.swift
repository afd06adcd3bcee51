/// What the log says of what was delivered.
import Feed
import Logging

extension Delivery {
    /// How important it is, and what is said; nil: nothing.
    var logLine: (Logger.Level, Logger.Message)? {
        switch self {
        case .began(let stream, let endpoint): return (.info, "Stream \(stream) has begun on \(endpoint)")
        case .foreign(let stream):
            return (
                .warning,
                "\(stream) publishes without sequence numbers: messages are numbered as they arrive, and losses can't be seen"
            )
        case .ended(let stream): return (.info, "Stream \(stream) has ended")
        case .vanished(let stream):
            return (
                .warning,
                "Stream \(stream) has ended without saying so: another has taken its place, or nobody listens there any more"
            )
        case .ignored(let endpoint, let problem): return (.error, "\(endpoint): \(problem)")
        case .idle(let stream):
            return (.warning, "Stream \(stream) has fallen silent: its open windows are closed")
        case .lost(let stream, let count):
            return (.error, "\(count) messages of stream \(stream) are lost: its publisher no longer has them")
        case .refused(let stream, _, let reason):
            // Most refusals are about records; a wrong endpoint isn't.
            let hint = reason.contains("endpoint") ? "" : " Is another file published under its name (--stream-id)?"
            return (.error, "Nothing is taken from stream \(stream): \(reason).\(hint)")
        case .records, .duplicates, .time, .caughtUp, .recognized: return nil
        }
    }
}
