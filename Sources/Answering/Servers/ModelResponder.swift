/// The responder that asks models.
import AsyncHTTPClient
import Logging
import Metrics
import Records

/// Asks one of several servers, and another one when that fails; what none can answer becomes a labelled fallback.
public actor ModelResponder: Responder {
    /// A question is put to so many servers at most; where there is only one, twice.
    private static let attempts = 3
    /// Where there is only one and its model had nothing to say, the question is put so often: that costs little, and a small
    /// model often does better the next time.
    private static let attemptsIfEmpty = 4
    /// More attempts of a question aren't told of.
    private static let mostNoted = 16

    private let options: ModelOptions
    private let servers: [ModelServer]
    private let metrics: QuestionMetrics
    private var pool: ServerPool
    /// Questions that wait until a server has less to do.
    private var waiting: [CheckedContinuation<Void, Never>] = []

    /// - Parameter factory: what is measured of questions goes there.
    public init(
        _ options: ModelOptions, http: HTTPClient, metrics factory: any MetricsFactory = NOOPMetricsHandler.instance,
        logger: Logger
    ) {
        self.options = options
        metrics = QuestionMetrics(factory)
        servers = options.clients(http).map { ModelServer($0, options, logger: logger) }
        pool = ServerPool(count: servers.count, limit: options.inFlightLimit)
    }

    public func start() async {
        await withTaskGroup(of: Void.self) { group in
            for server in servers { group.addTask { await server.lookUp() } }
        }
    }

    public func servers() async -> [WorkspaceStatus.Server] {
        zip(servers, pool.readings).map { server, reading in
            WorkspaceStatus.Server(
                server: server.address, state: reading.state, inFlight: reading.inFlight, error: reading.error)
        }
    }

    public func answer(_ question: Question, onPiece: @escaping PieceHandler) async -> Answer {
        let asked = ContinuousClock.now
        var attempts: [Attempt] = []
        do {
            let chat = try await chat(question, noting: &attempts, onPiece: onPiece)
            return Answer(
                response: Response(
                    status: .generated, text: chat.text, model: "\(chat.model)", responder: options.dialect.rawValue,
                    promptTokens: chat.promptTokens, completionTokens: chat.completionTokens,
                    truncated: chat.isTruncated, cutOff: chat.isCutOff, trimmed: chat.isTrimmed,
                    raw: chat.raw),
                firstToken: chat.firstToken.map { $0 - asked }, generation: chat.generation, attempts: attempts)
        } catch {
            return Answer(
                response: .fallback(to: question.conversation, reason: ModelFailure.words(error)), firstToken: nil,
                attempts: attempts)
        }
    }

    /// - Parameter attempts: each one that is made is added.
    /// - Throws: ``ModelFailure``, or ``KnownFailure`` where nobody was asked.
    func chat(
        _ question: Question, noting attempts: inout [Attempt], onPiece: @escaping PieceHandler
    ) async throws -> Completion {
        var tried: Set<Int> = []
        var last: (any Error)?
        var count = 0
        var limits = Limits(options)
        let affinity = Affinity(sessionID: question.sessionID)
        while count < (servers.count == 1 ? Self.attemptsIfEmpty : min(servers.count, Self.attempts)) {
            guard let ticket = await acquire(for: affinity, without: tried, until: limits.end) else { break }
            let deadline = limits.begin()
            if count > 0 { await onPiece(.startOver) }
            let server = servers[ticket.server]
            let began = ContinuousClock.now
            do {
                let chat = try await server.chat(question, until: deadline, onPiece: onPiece)
                note(attempt(at: server, since: began, chat), &attempts)
                pool.succeeded(ticket)
                wake()
                return chat
            } catch {
                last = error
                if !Task.isCancelled { note(attempt(at: server, since: began, error: error), &attempts) }
                if await waits(for: ticket, after: error, limits) { continue }
                count += 1
                let failure = error as? ModelFailure
                let isOutOfTime = deadline <= .now
                if failure?.isNotYet != true || Task.isCancelled {
                    giveBack(ticket, error, isOutOfTime && count > 1)
                }
                if Task.isCancelled { throw error }
                if servers.count > 1 {
                    tried.insert(ticket.server)
                    await server.report(error)
                } else if count < (failure == .empty ? Self.attemptsIfEmpty : 2),
                    failure?.isWorthRetrying == true, failure?.isNotYet != true
                {
                    // A little apart, so that questions that failed together aren't asked again together.
                    try? await Task.sleep(for: .milliseconds(.random(in: 50...250)))
                } else {
                    break
                }
                if isOutOfTime { break }
            }
        }
        guard let last else { throw KnownFailure(description: pool.reason) }
        if servers.count == 1 { await servers[0].report(last) }
        throw last
    }

    private func note(_ attempt: Attempt, _ attempts: inout [Attempt]) {
        metrics.ended(attempt)
        // One that waits for a server may ask it hundreds of times.
        if attempts.count < Self.mostNoted { attempts.append(attempt) }
    }

    /// An attempt that has ended.
    private func attempt(
        at server: ModelServer, since began: ContinuousClock.Instant, _ chat: Completion? = nil,
        error: (any Error)? = nil
    ) -> Attempt {
        Attempt(
            server: server.address, provider: options.dialect.rawValue, wanted: options.model,
            model: chat.map { "\($0.model)" }, began: began, duration: .now - began,
            promptTokens: chat?.promptTokens, completionTokens: chat?.completionTokens,
            failure: error.map { ($0 as? ModelFailure)?.kind ?? "other" })
    }

    /// Whether the question waits for a server that isn't ready yet, or asks another one in the meantime. The ticket has been
    /// given back then, and also where it doesn't and the server isn't ready.
    private func waits(for ticket: ServerPool.Ticket, after error: any Error, _ limits: Limits) async -> Bool {
        guard !Task.isCancelled, let failure = error as? ModelFailure, failure.isNotYet else { return false }
        var (wish, absence, limit) = (Duration?.none, Duration?.none, options.firstTokenTimeout)
        switch failure {
        case .refusal(let refusal): wish = refusal.retryAfter
        case .unreachable:
            absence = options.absenceTimeout
            // One that was there may be starting anew, which takes longer.
            limit = min(limit, options.absenceTimeout * 3)
        default: break
        }
        let canWait = pool.notYet(
            ticket, ModelFailure.words(error), wish: wish, limit: limit, absence: absence, at: .now)
        wake()
        guard canWait, limits.canWait(limit) else { return false }
        await servers[ticket.server].reportWaiting(error)
        return true
    }

    private func giveBack(_ ticket: ServerPool.Ticket, _ error: any Error, _ isOutOfTime: Bool) {
        // What earlier attempts have used up isn't held against the last server.
        if Task.isCancelled || isOutOfTime {
            pool.abandoned(ticket)
        } else {
            pool.failed(
                ticket, ModelFailure.words(error),
                isServersFault: (error as? ModelFailure)?.isServersFault ?? true, at: .now)
        }
        wake()
    }

    /// The server to ask, once it has room; nil when there is none to ask, or no time left.
    private func acquire(
        for affinity: Affinity?, without tried: Set<Int>, until end: ContinuousClock.Instant?
    ) async -> ServerPool.Ticket? {
        while !Task.isCancelled, end.map({ $0 > .now }) ?? true {
            switch pool.choose(for: affinity, without: tried, at: .now) {
            case .ask(let ticket): return ticket
            case .nobody: return nil
            case .wait(let until):
                let alarm = [until, end].compactMap(\.self).min().map { time in
                    Task {
                        try await Task.sleep(until: time, clock: .continuous)
                        wake()
                    }
                }
                await withTaskCancellationHandler {
                    await withCheckedContinuation { waiting.append($0) }
                } onCancel: {
                    Task { await self.wake() }
                }
                alarm?.cancel()
            }
        }
        return nil
    }

    /// Those who wait look again.
    private func wake() {
        for sleeper in waiting { sleeper.resume() }
        waiting.removeAll()
    }
}

/// A failure that is known without asking: the servers' last one, while their circuit breakers are open.
struct KnownFailure: Error, CustomStringConvertible {
    let description: String
}

/// How long one question may take, all attempts included.
private struct Limits {
    private let options: ModelOptions
    /// When the first attempt began.
    private var start: ContinuousClock.Instant?

    init(_ options: ModelOptions) { self.options = options }

    /// When there has to be an answer; nil before the first attempt.
    var end: ContinuousClock.Instant? { start.map { $0 + options.answerTimeout } }

    /// Whether there is time left to wait for a server that is waited for so long.
    func canWait(_ limit: Duration) -> Bool { start.map { .now < $0 + min(limit, options.answerTimeout) } ?? true }

    /// An attempt begins.
    ///
    /// - Returns: when it has to be over.
    mutating func begin() -> ContinuousClock.Instant {
        let start = start ?? .now
        self.start = start
        return start + options.answerTimeout
    }
}
