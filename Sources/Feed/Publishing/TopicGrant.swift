/// What a subscriber gets of what it asks for.
import Access

/// Topics by rights. Pure.
struct TopicGrant {
    private static let read = [
        Topic.message, Topic.workspace, Topic.late, Topic.rejected, Topic.feedback, Topic.status,
    ]
    private static let tokens = [Topic.token, Topic.asked]

    private let families: [[UInt8]]
    private let isWhole: Bool

    init(_ rights: Set<Right>) {
        families = ((rights.contains(.read) ? Self.read : []) + (rights.contains(.tokens) ? Self.tokens : [])).map {
            Array($0.utf8)
        }
        isWhole = rights.isSuperset(of: [.read, .tokens])
    }

    /// The topics to subscribe to instead of a wanted one, or to take back with it: the same, where all that begins so may be had;
    /// otherwise the families that may. Everybody who is let in may have control, and keeps it until he takes that back itself.
    func topics(for wanted: [UInt8], isWanted: Bool) -> [[UInt8]] {
        let control = Array(Topic.control.utf8)
        if isWhole || wanted.starts(with: control) || families.contains(where: wanted.starts) { return [wanted] }
        return families.filter { $0.starts(with: wanted) } + (isWanted && control.starts(with: wanted) ? [control] : [])
    }
}
