/// What a broadcast needs to know, apart from how it was asked.
import Access
import Chat
import Common

/// The producer's settings as plain values.
package struct BroadcastOptions: Sendable {
    /// A path, or `-` for standard input.
    package var inputFile: String
    /// The file is read on as it grows.
    package var follows: Bool
    /// How much faster than event time; 0: as fast as possible.
    package var speed: Double
    package var endpoint: String
    package var replayEndpoint: String
    /// nil: a new id for this run.
    package var stream: String?
    package var linger: Duration
    package var maxLineBytes: Int
    /// Other names of fields and senders.
    package var mapping: FieldMapping
    /// nil: whoever can reach the sockets is let in.
    package var keys: Keyring?
    /// Where metrics are served; nil: nowhere.
    package var monitor: ListenAddress?

    package init(
        inputFile: String, follows: Bool, speed: Double, endpoint: String, replayEndpoint: String, stream: String?,
        linger: Duration, maxLineBytes: Int, mapping: FieldMapping = FieldMapping(), keys: Keyring? = nil
    ) {
        self.inputFile = inputFile
        self.follows = follows
        self.speed = speed
        self.endpoint = endpoint
        self.replayEndpoint = replayEndpoint
        self.stream = stream
        self.linger = linger
        self.maxLineBytes = maxLineBytes
        self.mapping = mapping
        self.keys = keys
    }
}
