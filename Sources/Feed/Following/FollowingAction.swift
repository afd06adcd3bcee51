/// What a follower does on its sockets.

/// Something that ``Following`` wants to have done. Endpoints are places in the list that it was made with.
enum FollowingAction: Hashable, Sendable {
    /// Connect a replay socket.
    case connect(endpoint: Int, replay: String)
    /// Close it; what was sent last still goes out.
    case close(endpoint: Int, replay: String)
    /// Send a request; where that can't be done now, ``Following/unsent(_:replay:)`` is to be called.
    case send(ReplayRequest, endpoint: Int, replay: String)
    /// Subscribe to records, or no longer.
    case subscribe(endpoint: Int, toRecords: Bool)
}

/// What comes out of ``Following``, in order.
struct FollowingOutput: ~Copyable {
    /// What is handed on.
    var deliveries: [Delivery] = []
    /// What is to be done.
    var actions: [FollowingAction] = []
    /// Records that are being collected; see ``FollowedEndpoint/flush(into:)``.
    var builder = LineBatchBuilder()
}
