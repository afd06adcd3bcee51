/// Entries that are out.

/// The last entries that were shown. Pieces of answers come on another socket, and the last ones may come behind their entry:
/// they are of no use any more.
struct FinishedEntries {
    /// So many are remembered.
    private static let limit = 1000

    // By their bytes: strings count as equal when they only look so.
    private var ids: Set<[UInt8]> = []
    private var inOrder: [[UInt8]] = []

    func contains(_ id: [UInt8]) -> Bool { ids.contains(id) }

    mutating func insert(_ id: [UInt8]) {
        guard ids.insert(id).inserted else { return }
        inOrder.append(id)
        if inOrder.count > Self.limit { ids.remove(inOrder.removeFirst()) }
    }
}
