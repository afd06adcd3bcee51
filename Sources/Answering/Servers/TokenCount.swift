/// A number of tokens, as a server counts them.

/// A count that may be nonsense: it is a remark about the answer, and none is worth losing the answer for.
struct TokenCount: Decodable, Sendable {
    /// More can't be told exactly in JSON (2^53).
    static let most = 1 << 53

    /// nil where what the server says can't be a count: negative, too large, not a number.
    let value: Int?

    init(from decoder: any Decoder) throws {
        let count = try? decoder.singleValueContainer().decode(Int.self)
        value = count.flatMap { 0...Self.most ~= $0 ? $0 : nil }
    }
}
