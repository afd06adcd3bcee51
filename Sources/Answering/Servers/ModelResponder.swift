/// The responder that asks models.
import AsyncHTTPClient
import Logging
import Records

/// Asks one of several servers, and another one when that fails; what none can answer becomes a labelled fallback.
public actor ModelResponder: Responder {
    /// A question is put to so many servers at most; where there is only one, twice.
    private static let attempts = 3

    private let options: ModelOptions
    private let servers: [ModelServer]
    private var pool: ServerPool
    /// Questions that wait until a server has less to do.
    private var waiting: [CheckedContinuation<Void, Never>] = []

    public init(_ options: ModelOptions, http: HTTPClient, logger: Logger) {
        self.options = options
        servers = options.clients(http).map { ModelServer($0, options, logger: logger) }
        pool = ServerPool(count: servers.count, limit: options.inFlightLimit)
    }

    public func start() async {
        await withTaskGroup(of: Void.self) { group in
            for server in servers { group.addTask { await server.lookUp() } }
        }
    }

    public func answer(_ question: Question, onPiece: @escaping PieceHandler) async -> Answer {
        do {
            let chat = try await chat(question.prompt, onPiece: onPiece)
            return Answer(
                response: Response(
                    status: .generated, text: chat.text, model: "\(chat.model)", responder: options.dialect.rawValue,
                    promptTokens: chat.promptTokens, completionTokens: chat.completionTokens,
                    truncated: chat.isTruncated || question.isCut),
                firstToken: chat.firstToken)
        } catch {
            return Answer(response: .fallback(to: question.conversation, reason: "\(error)"), firstToken: nil)
        }
    }

    /// - Throws: ``ModelFailure``, or ``KnownFailure`` where nobody was asked.
    func chat(_ prompt: String, onPiece: @escaping PieceHandler) async throws -> Completion {
        var tried: Set<Int> = []
        var last: (any Error)?
        var end: ContinuousClock.Instant?
        for attempt in 1...(servers.count == 1 ? 2 : min(servers.count, Self.attempts)) {
            guard let ticket = await acquire(without: tried, until: end) else { break }
            let deadline = end ?? .now + options.answerTimeout
            end = deadline
            if attempt > 1 { await onPiece(.startOver) }
            let server = servers[ticket.server]
            do {
                let chat = try await server.chat(prompt, until: deadline, onPiece: onPiece)
                pool.succeeded(ticket)
                wake()
                return chat
            } catch {
                last = error
                let failure = error as? ModelFailure
                let isOutOfTime = deadline <= .now
                // What earlier attempts have used up isn't held against the last server.
                if Task.isCancelled || isOutOfTime && attempt > 1 {
                    pool.abandoned(ticket)
                } else {
                    pool.failed(ticket, "\(error)", isServersFault: failure?.isServersFault ?? true, at: .now)
                }
                wake()
                if Task.isCancelled { throw error }
                if servers.count > 1 {
                    tried.insert(ticket.server)
                    await server.report(error)
                } else if attempt == 1, failure?.isWorthRetrying == true {
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

    /// The server to ask, once it has room; nil when there is none to ask, or no time left.
    private func acquire(without tried: Set<Int>, until end: ContinuousClock.Instant?) async -> ServerPool.Ticket? {
        var alarm: Task<Void, any Error>?
        defer { alarm?.cancel() }
        while !Task.isCancelled, end.map({ $0 > .now }) ?? true {
            switch pool.choose(without: tried, at: .now) {
            case .ask(let ticket): return ticket
            case .nobody: return nil
            case .wait:
                if let end, alarm == nil {
                    alarm = Task {
                        try await Task.sleep(until: end, clock: .continuous)
                        wake()
                    }
                }
                await withTaskCancellationHandler {
                    await withCheckedContinuation { waiting.append($0) }
                } onCancel: {
                    Task { await self.wake() }
                }
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
