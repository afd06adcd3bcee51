/// One question to one server.

/// What came of putting a question to a model server once.
public struct Attempt: Sendable {
    /// The server's address, as it may be shown.
    public var server: String
    /// The server's dialect: `ollama` or `openai`.
    public var provider: String
    /// The model that was wanted.
    public var wanted: String
    /// The one that answered; nil where none did.
    public var model: String?
    public var began: ContinuousClock.Instant
    public var duration: Duration
    public var promptTokens: Int?
    public var completionTokens: Int?
    /// What kind of failure it was, in one word; nil where it was none.
    public var failure: String?

    public init(
        server: String, provider: String, wanted: String, model: String? = nil, began: ContinuousClock.Instant,
        duration: Duration, promptTokens: Int? = nil, completionTokens: Int? = nil, failure: String? = nil
    ) {
        (self.server, self.provider, self.wanted, self.model) = (server, provider, wanted, model)
        (self.began, self.duration) = (began, duration)
        (self.promptTokens, self.completionTokens, self.failure) = (promptTokens, completionTokens, failure)
    }
}
