/// What a broadcast needs to know, apart from how it was asked.

/// The producer's settings as plain values.
struct BroadcastOptions: Sendable {
    /// A path, or `-` for standard input.
    var inputFile: String
    /// The file is read on as it grows.
    var follows: Bool
    /// How much faster than event time; 0: as fast as possible.
    var speed: Double
    var endpoint: String
    var replayEndpoint: String
    /// nil: a new id for this run.
    var stream: String?
    var linger: Duration
    var maxLineBytes: Int
}
