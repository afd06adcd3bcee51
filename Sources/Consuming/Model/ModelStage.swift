/// Where windows get their answers.
import Answering
import Chat
import Common
import Logging
import Outbox
import Records
import ServiceLifecycle
import Storage
import Streaming

/// Asks the responder about each window, up to so many at a time, and publishes the entries.
struct ModelStage: Service {
    private let responder: any Responder
    private let workspace: Workspace
    private let backlog: Backlog
    private let queue: AnswerQueue
    private let history: HistoryKeeper
    private let concurrency: Int
    private let stages: Stages

    /// The session's past is shared by the workers; a session has one worker at a time.
    private actor HistoryKeeper {
        private var history: SessionHistory

        init(limit: Int) { history = SessionHistory(limit: limit) }

        /// The messages before these ones, which from now on are of the past themselves.
        func before(_ messages: [ChatMessage], of session: SessionKey) -> [ChatMessage] {
            defer { history.append(messages, to: session) }
            return history.before(messages, of: session)
        }
    }

    /// - Parameters:
    ///   - backlog: where windows wait.
    ///   - stages: where progress is noted.
    init(
        _ options: ConsumerOptions, responder: any Responder, workspace: Workspace, backlog: Backlog,
        stages: Stages = Stages()
    ) {
        self.backlog = backlog
        self.responder = responder
        self.workspace = workspace
        self.stages = stages
        history = HistoryKeeper(limit: options.history)
        concurrency = options.concurrency
        queue = AnswerQueue(options.backlogPolicy)
    }

    func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await backlog.forEach { await queue.submit($0) } }
            group.addTask {
                // Ends the stage, by returning first.
                try? await gracefulShutdown()
            }
            for _ in 0..<concurrency {
                let progress = stages.stage("model stage")
                group.addTask {
                    while let turn = await queue.next(), !Task.isCancelled {
                        progress.note()
                        await answer(turn, progress)
                        await queue.finished(turn.window.session)
                        progress.idle()
                    }
                    progress.end()
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

    private func answer(_ turn: AnswerQueue.Turn, _ progress: StageProgress) async {
        let window = turn.window
        let asked = Moment.now
        let messages = window.result.conversation.messages
        let earlier = await history.before(messages, of: window.session)
        var answer = Answer(response: .superseded, firstToken: nil)
        if !turn.isSuperseded {
            let question = Question(
                messages, history: earlier, sessionID: window.result.sessionID, window: window.result.window)
            // Its time limits are the responder's.
            progress.waiting(for: .model)
            answer = await ask(question, about: window)
            progress.note()
        }
        // A daemon that is stopping has cut the answer off itself: that isn't the model's failure, and no entry.
        if Task.isCancelled { return }
        let timing = Timing(
            queued: (asked - window.cameOut).milliseconds, firstToken: answer.firstToken?.milliseconds,
            total: (Moment.now - window.cameOut).milliseconds)
        let entry = window.entry(response: answer.response, timing: timing)
        progress.waiting(for: .room)
        await workspace.submit(entry, answering: window.id)
    }

    /// Asks the responder. An early result that is outdated before its answer is complete is superseded.
    private func ask(_ question: Question, about window: PendingWindow) async -> Answer {
        let pieces = Pieces(of: window, to: workspace)
        let asking = Task { await responder.answer(question) { await pieces.publish($0) } }
        if window.result.trigger == .turn { await queue.answering(early: window) { asking.cancel() } }
        let answer = await withTaskCancellationHandler {
            await asking.value
        } onCancel: {
            asking.cancel()
        }
        return asking.isCancelled && answer.response.status != .generated
            ? Answer(response: .superseded, firstToken: nil) : answer
    }
}

/// An answer's pieces on their way out.
private actor Pieces {
    private let entryID: String
    private let sessionID: String
    private let workspace: Workspace
    private var index = 0

    init(of window: PendingWindow, to workspace: Workspace) {
        entryID = window.entry(response: .none).id
        sessionID = window.result.sessionID
        self.workspace = workspace
    }

    func publish(_ piece: AnswerPiece) async {
        switch piece {
        case .token(let token):
            FaultPoint.duringAnswer.reached()
            defer { index += 1 }
            await workspace.publish(token: token, index: index, of: entryID, sessionID: sessionID)
        // The next piece has index 0 again.
        case .startOver: index = 0
        }
    }
}
