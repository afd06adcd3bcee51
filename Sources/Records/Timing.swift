/// How long an entry took.

/// Times in milliseconds, and how fast the model was.
public struct Timing: Hashable, Sendable, Decodable {
    /// From the moment at which the window came out until its turn had come to be answered.
    public var queued: Int
    /// From then to the model's first token, be it a thought; waiting for a server is in it, and so are attempts that failed. nil
    /// where there was none.
    public var firstToken: Int?
    /// From the moment at which the window came out until the answer was there, with its counts of tokens.
    public var total: Int
    /// ``tokensPerSecond`` in tenths, as it is written.
    public var tokenTenthsPerSecond: Int?

    enum CodingKeys: String, CodingKey {
        case queued = "queued_ms"
        case firstToken = "first_token_ms"
        case total = "total_ms"
        case tokensPerSecond = "tokens_per_s"
    }

    public init(queued: Int = 0, firstToken: Int? = nil, total: Int = 0, tokensPerSecond: Double? = nil) {
        self.queued = queued
        self.firstToken = firstToken
        self.total = total
        tokenTenthsPerSecond = tokensPerSecond.flatMap(Self.tenths)
    }

    /// Tokens that the model generated, thoughts included, in a second from the first one on; nil where that isn't known.
    public var tokensPerSecond: Double? { tokenTenthsPerSecond.map { Double($0) / 10 } }

    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            queued: try fields.decode(Int.self, forKey: .queued),
            firstToken: try fields.decodeIfPresent(Int.self, forKey: .firstToken),
            total: try fields.decode(Int.self, forKey: .total),
            tokensPerSecond: try fields.decodeIfPresent(Double.self, forKey: .tokensPerSecond))
    }

    /// nil where it can't be: no model writes a billion tokens in a second.
    private static func tenths(_ rate: Double) -> Int? {
        0..<1e9 ~= rate ? Int((rate * 10).rounded()) : nil
    }
}
