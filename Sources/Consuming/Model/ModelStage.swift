/// Where windows get their answers.
import Answering
import Chat
import Common
import Logging
import Metrics
import Outbox
import Records
import ServiceLifecycle
import Storage
import Streaming
import Threads

/// Asks the responder about each window, up to so many at a time, and publishes the entries.
struct ModelStage: Service {
    private let responder: any Responder
    private let workspace: Workspace
    private let backlog: Backlog
    private let queue: AnswerQueue
    private let history: HistoryKeeper
    /// How many ask, whenever that changes.
    private let crew: (stream: AsyncStream<Int>, continuation: AsyncStream<Int>.Continuation)
    /// Windows may have had an answer before they close.
    private let hasEarlyAnswers: Bool
    private let stages: Stages
    private let metrics: AnswerMetrics
    /// Somebody wants to know what happened to each window.
    private let areTraced: Bool
    private let logger: Logger
    /// What the model isn't to see. A session's name may be that; then it isn't shown elsewhere, either.
    private let masked: Noticeboard<[MaskKind]>
    private static let hidden = "(masked)"

    /// The session's past is shared by the workers; a session has one worker at a time.
    private actor HistoryKeeper {
        private var history: SessionHistory

        init(limit: Int) { history = SessionHistory(limit: limit) }

        /// The messages before these ones, which from now on are of the past themselves.
        func before(_ messages: [ChatMessage], of session: SessionKey) -> [ChatMessage] {
            defer { history.append(messages, to: session) }
            return history.before(messages, of: session)
        }

        /// The messages before these ones, which haven't come out yet.
        func soFar(_ messages: [ChatMessage], of session: SessionKey) -> [ChatMessage] {
            history.before(messages, of: session)
        }
    }

    /// - Parameters:
    ///   - backlog: where windows wait.
    ///   - masked: told what the model isn't to see; nil: nobody else wants to know.
    ///   - stages: where progress is noted.
    ///   - factory: what is measured of answers goes there.
    init(
        _ options: ConsumerOptions, responder: any Responder, workspace: Workspace, backlog: Backlog,
        masked: Noticeboard<[MaskKind]>? = nil, stages: Stages = Stages(),
        metrics factory: any MetricsFactory = NOOPMetricsHandler.instance,
        logger: Logger = Logger(label: "", factory: { _ in SwiftLogNoOpLogHandler() })
    ) {
        self.logger = logger
        self.masked = masked ?? Noticeboard(options.model.masked)
        areTraced = options.traces != nil
        metrics = AnswerMetrics(factory)
        self.backlog = backlog
        self.responder = responder
        self.workspace = workspace
        self.stages = stages
        history = HistoryKeeper(limit: options.history)
        crew = AsyncStream.makeStream(of: Int.self, bufferingPolicy: .bufferingNewest(1))
        crew.continuation.yield(options.concurrency)
        hasEarlyAnswers = options.policy.turnSilence != nil
        queue = AnswerQueue(
            options.backlogPolicy, condition: options.answerCondition, slots: options.concurrency,
            capacity: options.model.servers.isEmpty ? nil : options.model.capacity)
    }

    /// From now on so many questions are asked at a time, of servers like these.
    func resize(to concurrency: Int, for model: ModelOptions) async {
        masked.note(isLast: true) { model.masked }
        await queue.resize(slots: concurrency, capacity: model.capacity)
        crew.continuation.yield(concurrency)
    }

    func run() async throws {
        if hasEarlyAnswers {
            for entry in try await backlog.earlyAnswers() { await queue.remember(entry.result, entry.response) }
        }
        await queue.onAhead { askAhead($0, $1) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await backlog.forEach { windows in
                    await queue.submit(windows)
                    if let oldest = await queue.oldest { await say(oldest) }
                }
            }
            group.addTask { await backlog.forEachExpected { await queue.hear($0, behind: $1) } }
            group.addTask {
                // Ends the stage, by returning first.
                try? await gracefulShutdown()
            }
            // What only goes out needn't wait until somebody has asked a question to its end.
            group.addTask { await work(.publication) }
            group.addTask {
                await withDiscardingTaskGroup { group in
                    var size = 0
                    // With fewer, some of them have nothing to do: the queue says how many questions are under way.
                    for await wanted in crew.stream where wanted > size {
                        for _ in size..<wanted { group.addTask { await work(.question) } }
                        size = wanted
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

    /// Takes turns as long as there are any.
    private func work(_ errand: AnswerQueue.Errand) async {
        let progress = stages.stage("model stage")
        while let turn = await queue.next(errand), !Task.isCancelled {
            progress.note()
            let response = await carryOut(turn, progress)
            await queue.ended(turn.session, response)
            progress.idle()
        }
        progress.end()
    }

    /// - Returns: what the turn's question brought; nil: none was asked, or nobody wants its answer.
    private func carryOut(_ turn: AnswerOrder.Turn, _ progress: StageProgress) async -> Response? {
        for known in turn.known {
            let window = known.window
            _ = await history.before(window.result.conversation.messages, of: turn.session)
            if Task.isCancelled { return nil }
            let waited = known.completed.map { max(0, ($0 - window.cameOut).milliseconds) } ?? 0
            await publish(window, known.response, Timing(total: waited), progress)
        }
        guard let window = turn.question else { return nil }
        let earlier = await history.before(window.result.conversation.messages, of: turn.session)
        let ahead = await queue.takeAhead(turn)
        let asked = ahead?.asked ?? .now
        let answer = await answer(about: window, behind: earlier, ahead, asked, progress)
        // A daemon that is stopping has cut the answer off itself: that isn't the model's failure, and no entry.
        if Task.isCancelled { return nil }
        // One that was asked before the window came out has waited for nothing since then.
        let queued = asked - window.cameOut
        let firstToken = answer.firstToken.map { max(.zero, $0 + min(.zero, queued)) }
        let timing = Timing(
            queued: max(0, queued.milliseconds), firstToken: firstToken?.milliseconds,
            total: max(0, (Moment.now - window.cameOut).milliseconds), tokensPerSecond: answer.tokensPerSecond)
        await publish(window, answer.response, timing, progress, asked: asked, answer.attempts)
        metrics.answered(answer.response.status, timing)
        return answer.response.status == .superseded ? nil : answer.response
    }

    private func publish(
        _ window: PendingWindow, _ response: Response, _ timing: Timing, _ progress: StageProgress,
        asked: Moment = .now, _ attempts: [Attempt] = []
    ) async {
        let entry = window.entry(response: response, timing: timing)
        let hidesSession = !masked.reading.isEmpty
        let trace =
            areTraced
            ? EntryTrace(
                entry, cameOut: window.cameOut, asked: asked, attempts: attempts, hidesSession: hidesSession) : nil
        progress.waiting(for: .room)
        await workspace.submit(entry, answering: window.id, trace)
        logger.debug(
            "Entry \(response.status.rawValue) after \(timing.total) ms",
            metadata: [
                "stream": "\(entry.result.stream)",
                "session": "\(hidesSession ? Self.hidden : entry.result.sessionID)",
                "window": "\(entry.result.window.start)/\(entry.result.window.end)",
            ])
    }

    private func question(about window: PendingWindow, behind earlier: [ChatMessage]) -> Question {
        Question(
            window.result.conversation.messages, history: earlier, sessionID: window.result.sessionID,
            window: window.result.window)
    }

    /// Asks the responder, or waits for what it has been asked. An early result that is outdated before anything of its answer
    /// is out is superseded.
    private func answer(
        about window: PendingWindow, behind earlier: [ChatMessage], _ ahead: AheadAnswer?, _ asked: Moment,
        _ progress: StageProgress
    ) async -> Answer {
        let pieces = ahead?.pieces ?? Pieces(of: window, to: workspace, queue)
        let asking =
            ahead?.answer
            ?? Task {
                await responder.answer(question(about: window, behind: earlier)) { await pieces.publish($0) }
            }
        // Its time limits are the responder's.
        progress.waiting(for: .model)
        defer { progress.note() }
        let answer = await withTaskCancellationHandler {
            await say(queue.asking(window, of: window.session, since: asked) { asking.cancel() })
            await pieces.release()
            return await asking.value
        } onCancel: {
            asking.cancel()
        }
        return asking.isCancelled && answer.response.status != .generated
            ? Answer(response: .superseded, firstToken: nil, attempts: answer.attempts) : answer
    }

    /// Asks about a window that is about to come out. Nothing goes out before it has.
    private func askAhead(_ number: Int, _ window: PendingWindow) -> AheadAnswer {
        let pieces = Pieces(of: window, to: workspace, queue, areHeld: true)
        let answer = Task {
            let earlier = await history.soFar(window.result.conversation.messages, of: window.session)
            let answer = await responder.answer(question(about: window, behind: earlier)) { await pieces.publish($0) }
            await queue.endedAhead(number, isUsable: answer.response.status == .generated)
            return answer
        }
        return AheadAnswer(asked: .now, pieces: pieces, answer: answer)
    }

    private func say(_ asked: AnswerQueue.Asked) async {
        await workspace.publish(asked: asked.window, since: asked.since, underWay: asked.count)
    }
}
