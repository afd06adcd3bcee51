/// Prompts in few words.
import Chat
import Streaming

@testable import Answering

extension Prompt {
    /// What is asked about a window.
    ///
    /// - Parameter budget: the most bytes for the conversation.
    init(
        _ messages: [ChatMessage], history: [ChatMessage] = [], budget: Int = .max, form: PromptForm = .seed,
        template: PromptTemplate? = nil, systemPrompt: String? = nil, sessionID: String = "", window: Window? = nil
    ) {
        self.init(
            Question(messages, history: history, sessionID: sessionID, window: window), room: budget,
            ModelOptions(
                servers: [], model: "qwen:32b", systemPrompt: systemPrompt, form: form, template: template))
    }
}
