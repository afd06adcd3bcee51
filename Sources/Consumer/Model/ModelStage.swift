/// Where windows get their answers.
import Common
import Logging
import ServiceLifecycle

/// Asks the responder about each window, up to so many at a time, and publishes the entries.
struct ModelStage: Service {
    private let responder: any Responder
    private let workspace: Workspace
    private let backlog: Backlog
    private let queue = AnswerQueue()
    private let history: HistoryKeeper
    private let concurrency: Int
    private let promptBudget: Int

    /// The session's past is shared by the workers; a session has one worker at a time.
    private actor HistoryKeeper {
        private var history: SessionHistory

        init(limit: Int) { history = SessionHistory(limit: limit) }

        /// The messages before these ones, which from now on are of the past themselves.
        func before(_ messages: [ChatMessage], of session: PendingWindow.Session) -> [ChatMessage] {
            defer { history.append(messages, to: session) }
            return history.before(messages, of: session)
        }
    }

    /// - Parameter backlog: where windows wait.
    init(_ options: ConsumerOptions, responder: any Responder, workspace: Workspace, backlog: Backlog) {
        self.backlog = backlog
        self.responder = responder
        self.workspace = workspace
        history = HistoryKeeper(limit: options.history)
        concurrency = options.concurrency
        promptBudget = options.ollama.promptBudget
    }

    func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await backlog.forEach { await queue.submit($0) } }
            group.addTask {
                // Ends the stage, by returning first.
                try? await gracefulShutdown()
            }
            for _ in 0..<concurrency {
                group.addTask {
                    while let window = await queue.next(), !Task.isCancelled {
                        await answer(window)
                        await queue.finished(window.session)
                    }
                }
            }
            group.addTask { await responder.start() }
            // Only the shutdown ends the stage; the responder's start ends, too, and doesn't count.
            defer { group.cancelAll() }
            do {
                for try await _ in group where Task.isShuttingDownGracefully || Task.isCancelled { break }
            } catch {
                await queue.close()
                throw error
            }
            await queue.close()
        }
    }

    private func answer(_ window: PendingWindow) async {
        let asked = ContinuousClock.now
        let messages = window.result.conversation.messages
        let earlier = await history.before(messages, of: window.session)
        let question = Question(
            prompt: Prompt.text(messages, history: earlier, budget: promptBudget), messages: messages)
        let entryID = window.entry(response: .none, timing: Timing()).id
        let counter = TokenCounter()
        let answer = await responder.answer(question) { token in
            FaultPoint.duringAnswer.reached()
            await workspace.publish(
                token: token, index: counter.next(), of: entryID, sessionID: window.result.sessionID)
        }
        // A daemon that is stopping has cut the answer off itself: that isn't the model's failure, and no entry.
        if Task.isCancelled { return }
        let timing = Timing(
            queued: (asked - window.cameOut).milliseconds, firstToken: answer.firstToken?.milliseconds,
            total: (ContinuousClock.now - window.cameOut).milliseconds)
        await workspace.take(window.entry(response: answer.response, timing: timing), answering: window.id)
    }
}
