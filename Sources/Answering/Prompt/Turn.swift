/// A part of a question as chat models take it.

/// What one party says in a request to a model.
public struct Turn: Hashable, Sendable {
    /// Who speaks, as servers name it.
    public enum Role: String, Sendable {
        /// Whoever runs the model.
        case system
        /// Whom the model answers.
        case user
        /// The model itself.
        case assistant
    }

    public let role: Role
    public let content: String

    public init(_ role: Role, _ content: String) {
        self.role = role
        self.content = content
    }
}
