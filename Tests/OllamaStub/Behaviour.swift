/// How a stub behaves.

/// Which models a stub has, and what it answers.
public struct Behaviour: Sendable {
    /// Names of the models that are installed. Where there are none, chats in OpenAI's protocol may name any.
    public var models: [String]
    public var version = "0.31.2"
    /// What happens instead of the usual answer, by path: a `/api/tags` that is broken, for example.
    public var overrides: [String: [Step]] = [:]
    /// What happens on each chat with a model that is installed.
    public var script: @Sendable (ChatRequest) -> [Step]

    /// - Parameters:
    ///   - models: names of the models that are installed.
    ///   - script: what happens on each chat; by default, a few tokens name the model.
    public init(
        models: [String] = ["qwen:32b"], script: @escaping @Sendable (ChatRequest) -> [Step] = Behaviour.nameTheModel
    ) {
        self.models = models
        self.script = script
    }

    /// The same on each chat.
    public static func answering(_ steps: Step...) -> Behaviour { Behaviour { _ in steps } }

    /// A short answer that says which model it is of.
    @Sendable
    public static func nameTheModel(_ request: ChatRequest) -> [Step] {
        [.token("This "), .token("is "), .token("\(request.model)."), .done(completionTokens: 3)]
    }

    /// Whether a model is installed. As with Ollama, no tag means `latest`, and case doesn't matter.
    func hasInstalled(_ model: String) -> Bool {
        func whole(_ name: String) -> String { (name.contains(":") ? name : name + ":latest").lowercased() }
        return models.contains { whole($0) == whole(model) }
    }
}
