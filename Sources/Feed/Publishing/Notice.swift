/// What a publisher has to say to the person who runs it.
import Access

/// Something that others do to a publisher, and what it does about it. Each is reported once.
public enum Notice: Hashable, Sendable, CustomStringConvertible {
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
    /// Somebody with a key has been let in.
    case admitted(name: String)
    /// Somebody hasn't.
    case denied(AccessDesk.Denial)

    public init(_ verdict: AccessDesk.Verdict) {
        self =
            switch verdict {
            case .admitted(let name): .admitted(name: name)
            case .denied(let denial): .denied(denial)
            }
    }

    /// Whether it is as it should be.
    public var isNews: Bool { if case .admitted = self { true } else { false } }

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
        case .admitted(let name): "\(name) is let in by key"
        case .denied(.noKey): "Somebody without a key isn't let in"
        case .denied(.unknownKey): "Somebody whose key isn't in authorized/ isn't let in"
        case .denied(.noRight(let name)): "\(name) isn't let in: the key's file gives no right for what was asked"
        case .denied(.noRequest): "libzmq asked for something other than who may come in"
        }
    }
}
