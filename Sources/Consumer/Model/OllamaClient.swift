/// Ollama's HTTP interface, as far as it is needed
/// (https://github.com/ollama/ollama/blob/main/docs/api.md).
import AsyncHTTPClient
import Common
import Foundation
import NIOCore
import NIOHTTP1

/// Talks to one Ollama server.
struct OllamaClient: Sendable {
    /// A line longer than this isn't Ollama's.
    private static let longestLine = 8 << 20

    let server: String
    private let options: OllamaOptions
    private let http: HTTPClient

    init(server: String, options: OllamaOptions, http: HTTPClient) {
        self.server = server
        self.options = options
        self.http = http
    }

    /// An HTTP client with this project's limits: no redirects, no proxy, no waiting for a server that refuses.
    static func makeHTTPClient(_ options: OllamaOptions) -> HTTPClient {
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow,
            timeout: .init(connect: .nanoseconds(Int64(options.connectTimeout / .nanoseconds(1)))))
        // The client's own retries would turn a refused connection into a long wait.
        configuration.connectionPool.retryConnectionEstablishment = false
        // How many questions are under way at once is decided elsewhere; none is to wait for a connection.
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 1024
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    // MARK: Models

    /// The names of the models that are installed.
    ///
    /// - Throws: ``ModelFailure``.
    func installedModels() async throws -> [String] {
        struct Tags: Decodable {
            struct Model: Decodable {
                let name: String
            }
            let models: [Model]?
        }
        let limit = options.connectTimeout * 2
        // The HTTP client's own deadline ends with the response's head; this one takes in the body, too.
        let (response, body) = try await within(limit) {
            let response = try await execute(HTTPClientRequest(url: server + "/api/tags"), within: limit)
            return (response, try await collect(response))
        }
        guard response.status == .ok else { throw refusal(response, body) }
        guard let tags = try? JSONDecoder().decode(Tags.self, from: Data(body.readableBytesView)) else {
            throw ModelFailure.unreadable("the list of models isn't one")
        }
        return (tags.models ?? []).map(\.name)
    }

    // MARK: Chat

    /// A finished answer.
    struct Chat: Sendable {
        var text = ""
        var model: String
        var promptTokens: Int?
        var completionTokens: Int?
        /// The answer reached its length limit.
        var isTruncated = false
        var firstToken: Duration?
    }

    /// Asks a model and waits for its whole answer.
    ///
    /// - Parameter onToken: called with each piece as it comes.
    /// - Throws: ``ModelFailure``.
    func chat(
        model: String, prompt: String, onToken: @escaping @Sendable (String) async -> Void
    ) async throws -> Chat {
        let asked = ContinuousClock.now
        let patience = Patience(options, from: asked)
        return try await patience.watch {
            try await stream(model: model, prompt: prompt, asked: asked, patience: patience, onToken: onToken)
        }
    }

    private func stream(
        model: String, prompt: String, asked: ContinuousClock.Instant, patience: Patience,
        onToken: @escaping @Sendable (String) async -> Void
    ) async throws -> Chat {
        var request = HTTPClientRequest(url: server + "/api/chat")
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/json")
        request.body = .bytes(try JSONEncoder().encode(ChatRequest(model, prompt, options)))
        let response = try await execute(request, within: options.answerTimeout + .seconds(1))
        guard response.status == .ok else { throw refusal(response, try await collect(response)) }

        var chat = Chat(model: model)
        var lines = ByteBuffer()
        do {
            for try await var part in response.body {
                lines.writeBuffer(&part)
                while let line = lines.nextLine() {
                    let isDone = try await take(line, into: &chat, asked: asked, patience: patience, onToken: onToken)
                    if isDone { return chat }
                }
                guard lines.readableBytes < Self.longestLine else { throw ModelFailure.unreadable("an endless line") }
                lines.discardReadBytes()
            }
            // The last line may lack its line feed.
            if lines.readableBytes > 0 {
                let isDone = try await take(
                    lines.readableBytesView, into: &chat, asked: asked, patience: patience, onToken: onToken)
                if isDone { return chat }
            }
        } catch let failure as ModelFailure {
            throw failure
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            throw ModelFailure.brokeOff(Self.plain(error))
        }
        throw ModelFailure.endedEarly
    }

    /// Takes one line of the answer. Returns whether it was the last.
    private func take(
        _ line: ByteBufferView, into chat: inout Chat, asked: ContinuousClock.Instant, patience: Patience,
        onToken: @escaping @Sendable (String) async -> Void
    ) async throws -> Bool {
        guard let part = try? JSONDecoder().decode(ChatPart.self, from: Data(line)) else {
            throw ModelFailure.unreadable("a line isn't Ollama's JSON")
        }
        if let error = part.error { throw ModelFailure.brokeOff(error) }
        if let token = part.message?.content, !token.isEmpty {
            if chat.firstToken == nil { chat.firstToken = ContinuousClock.now - asked }
            patience.tokenCame()
            chat.text += token
            await onToken(token)
        } else if part.message?.thinking?.isEmpty == false {
            // A model that thinks although it was asked not to is at least alive.
            patience.tokenCame()
        }
        guard part.done == true else { return false }
        let reason = part.done_reason ?? "none given"
        guard reason == "stop" || reason == "length" else { throw ModelFailure.notFinished(doneReason: reason) }
        chat.isTruncated = reason == "length"
        chat.promptTokens = part.prompt_eval_count
        chat.completionTokens = part.eval_count
        chat.model = part.model ?? chat.model
        chat.text = Self.withoutThinking(chat.text)
        guard !chat.text.isEmpty else { throw ModelFailure.empty }
        return true
    }

    /// The answer without thoughts that leaked into it: a leading `<think>…</think>`, or all before a lone `</think>`.
    static func withoutThinking(_ text: String) -> String {
        var answer = text
        if let end = text.range(of: "</think>") {
            answer = String(text[end.upperBound...])
        } else if text.trimmingCharacters(in: .whitespacesAndNewlines).hasPrefix("<think>") {
            // It never came to an end: all of it is thought.
            answer = ""
        }
        return answer.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    // MARK: HTTP

    private func within<Result: Sendable>(
        _ limit: Duration, _ work: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        try await withThrowingTaskGroup(of: Result.self) { group in
            group.addTask { try await work() }
            group.addTask { [server] in
                try await Task.sleep(for: limit)
                throw ModelFailure.unreachable(server: server, detail: "no answer in time")
            }
            defer { group.cancelAll() }
            guard let result = try await group.next() else { throw CancellationError() }
            return result
        }
    }

    private func execute(_ request: HTTPClientRequest, within limit: Duration) async throws -> HTTPClientResponse {
        do {
            return try await http.execute(
                request, deadline: .now() + .nanoseconds(Int64(limit / .nanoseconds(1))))
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            throw ModelFailure.unreachable(server: server, detail: Self.plain(error))
        }
    }

    private func collect(_ response: HTTPClientResponse) async throws -> ByteBuffer {
        do {
            return try await response.body.collect(upTo: 1 << 20)
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            throw ModelFailure.unreadable("\(error)")
        }
    }

    private func refusal(_ response: HTTPClientResponse, _ body: ByteBuffer) -> ModelFailure {
        struct Problem: Decodable {
            let error: String
        }
        let message = (try? JSONDecoder().decode(Problem.self, from: Data(body.readableBytesView)))?.error
        return .refused(status: Int(response.status.code), message: message ?? response.status.reasonPhrase)
    }

    /// A connection's failure in a few words.
    private static func plain(_ error: any Error) -> String {
        let text = "\(error)"
        if text.contains("refused") { return "connection refused" }
        if let error = error as? HTTPClientError {
            if error == .connectTimeout { return "no connection in time" }
            if error == .remoteConnectionClosed { return "the connection was closed" }
        }
        return text
    }
}

/// The question as Ollama wants it.
private struct ChatRequest: Encodable {
    struct Message: Encodable {
        let role = "user"
        let content: String
    }
    struct Options: Encodable {
        let num_ctx: Int
        let num_predict: Int
    }

    let model: String
    let messages: [Message]
    let stream = true
    // Without this, models that can think do so since Ollama 0.12.4; sending it is safe with all others.
    let think = false
    let keep_alive: String
    let options: Options

    init(_ model: String, _ prompt: String, _ options: OllamaOptions) {
        self.model = model
        messages = [Message(content: prompt)]
        keep_alive = options.keepAlive
        self.options = Options(num_ctx: options.contextTokens, num_predict: options.answerTokens)
    }
}

/// A line of the answer.
private struct ChatPart: Decodable {
    struct Message: Decodable {
        let content: String?
        let thinking: String?
    }

    let model: String?
    let message: Message?
    let done: Bool?
    let done_reason: String?
    let prompt_eval_count: Int?
    let eval_count: Int?
    let error: String?
}

extension ByteBuffer {
    /// Takes the bytes up to the next line feed; nil when there is none.
    fileprivate mutating func nextLine() -> ByteBufferView? {
        guard let end = readableBytesView.firstIndex(of: 0x0A) else { return nil }
        let line = readSlice(length: end - readerIndex)
        moveReaderIndex(forwardBy: 1)
        return line?.readableBytesView
    }
}
