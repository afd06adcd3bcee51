/// What a publisher has to say to the person who runs it.

/// Something that others do to a publisher, and what it does about it. Each is reported once.
public enum Notice: Hashable, Sendable, CaseIterable, CustomStringConvertible {
    /// More clients have asked for records than can be waited for at the end.
    case crowded
    /// Clients don't read the answers that they have asked for.
    case unread
    /// Followers say to be further than this publisher, and it isn't true.
    case misled
    /// The file of an `ipc://` socket was removed.
    case removed
    /// Subscribers send more than they are heard.
    case flooded

    public var description: String {
        switch self {
        case .crowded:
            "More than \(Linger.clientLimit) clients have asked for records: those beyond are answered, but not waited for at the end"
        case .unread:
            "Clients ask for records and don't read them: \(UnreadAnswers.limit >> 20) MiB wait. Until that is less, answers are small"
        case .misled:
            "Followers say to have records that aren't in this input: nobody who says to be further than this program is believed any more. It publishes at its own pace"
        case .removed:
            "The file of an ipc:// endpoint was removed, and nobody new could connect: it is there again, and looked for every \(PlaceWatch.interval.milliseconds / 1000) seconds"
        case .flooded:
            "Somebody sends subscriptions without end: they are heard every \(Subscriptions.pause.milliseconds) ms only"
        }
    }
}
