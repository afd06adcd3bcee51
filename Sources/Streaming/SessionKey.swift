/// A session, as a key.

/// One session of one stream. Told apart by bytes: strings count as equal when they only look so, and one customer's words
/// must never get into another's prompt.
public struct SessionKey: Hashable, Sendable {
    private let bytes: [UInt8]

    public init(stream: String, id: String) {
        // FF is in no UTF-8 text.
        bytes = Array(stream.utf8) + [0xFF] + Array(id.utf8)
    }
}
