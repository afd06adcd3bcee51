/// Who follows a publisher, in figures.

/// What a publisher knows of those who have asked for its records. Who follows live asks for nothing, so that how far it is isn't
/// known here: it says so itself.
public struct PublishingFigures: Hashable, Sendable {
    /// One that has asked for records a moment ago: it is catching up.
    public struct Follower: Hashable, Sendable {
        /// Its key's name, if there are keys, and the beginning of its routing id.
        public let name: String
        /// How many records it lacks.
        public let lag: UInt64
    }

    /// So many are named, those that lack most.
    public static let mostNamed = 20
    /// Who has asked within this time is catching up.
    static let moment = Duration.seconds(5)

    /// The number of the next record.
    public internal(set) var next: UInt64 = 1
    /// How many have asked for records, and haven't left.
    public internal(set) var followers = 0
    public internal(set) var catchingUp: [Follower] = []

    public init() {}
}
