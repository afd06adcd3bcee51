/// The HTTP that all model servers speak.
import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1

/// Requests to one server, with this project's limits.
package struct ModelHTTP: Sendable {
    /// Of what isn't an answer no more is read, in bytes.
    private static let largestBody = 1 << 20

    package let server: String
    /// What the server's program is called.
    private let name: String
    private let options: ModelOptions
    private let exchange: Exchange
    private let headers: HTTPHeaders

    /// Sends a request, and has the head of its response before the deadline.
    typealias Exchange =
        @Sendable (_ request: HTTPClientRequest, _ deadline: NIODeadline) async throws ->
        HTTPClientResponse

    /// - Parameter headers: sent with each request.
    init(
        _ name: String, at server: String, options: ModelOptions, exchange: @escaping Exchange,
        headers: HTTPHeaders = [:]
    ) {
        self.name = name
        self.server = server
        self.options = options
        self.exchange = exchange
        self.headers = headers
    }

    /// A client without redirects, without a proxy (it would see the customers' words), and without waiting for a server
    /// that refuses.
    package static func makeClient(_ options: ModelOptions) -> HTTPClient {
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow,
            timeout: .init(connect: .nanoseconds(Int64(options.connectTimeout / .nanoseconds(1)))))
        // The client's own retries would turn a refused connection into a long wait.
        configuration.connectionPool.retryConnectionEstablishment = false
        // How many questions are under way at once is decided elsewhere; none is to wait for a connection.
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 1024
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    /// A short answer to a GET request.
    ///
    /// - Throws: ``ModelFailure`` where there is none, or it is a refusal.
    func get(_ path: String) async throws -> Data {
        let limit = options.connectTimeout * 2
        // The HTTP client's own deadline ends with the response's head; this one takes in the body, too.
        return try await within(limit) {
            var request = HTTPClientRequest(url: server + path)
            request.headers = headers
            let response = try await execute(request, within: limit)
            guard response.status == .ok else { throw await refusal(response) }
            do {
                return Data(try await response.body.collect(upTo: Self.largestBody).readableBytesView)
            } catch is CancellationError {
                throw CancellationError()
            } catch is NIOTooManyBytesError {
                throw ModelFailure.unreadable("a list of models of more than 1 MiB")
            } catch {
                throw ModelFailure.unreadable(Self.plain(error))
            }
        }
    }

    /// Sends a question and hands on the answer line by line, until `take` says that a line was the last, or none comes.
    ///
    /// - Throws: ``ModelFailure``, or what `take` throws.
    func post(
        _ path: String, _ body: some Encodable & Sendable, _ take: (ByteBufferView) async throws -> Bool
    ) async throws {
        var request = HTTPClientRequest(url: server + path)
        request.method = .POST
        request.headers = headers
        request.headers.add(name: "Content-Type", value: "application/json")
        request.body = .bytes(try JSONEncoder().encode(body))
        let response = try await execute(request, within: options.answerTimeout + .seconds(1))
        guard response.status == .ok else { throw await refusal(response) }
        do {
            var lines = LineReader()
            var parts = response.body.makeAsyncIterator()
            while var part = try await parts.next() {
                try lines.append(&part)
                while let line = lines.next() {
                    if try await take(line) { return await Self.finish(parts) }
                }
            }
            // The last line may lack its line feed.
            if let line = lines.rest() { _ = try await take(line) }
        } catch let failure as ModelFailure {
            throw failure
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            throw ModelFailure.brokeOff(ServerText(Self.plain(error)))
        }
    }

    // MARK: Inside

    /// Reads on to the end of a body, for a moment: a connection is used again only when its answer has been read to the end.
    private static func finish(_ parts: sending HTTPClientResponse.Body.AsyncIterator) async {
        // Handed over: whoever calls this doesn't use it any more, and one task alone does here.
        nonisolated(unsafe) let rest = parts
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                var parts = rest
                while (try? await parts.next()) != nil {}
            }
            group.addTask { try? await Task.sleep(for: .milliseconds(100)) }
            await group.next()
            group.cancelAll()
        }
    }

    private func within<Result: Sendable>(
        _ limit: Duration, _ work: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        try await withThrowingTaskGroup(of: Result.self) { group in
            group.addTask { try await work() }
            group.addTask { [server, name] in
                try await Task.sleep(for: limit)
                throw ModelFailure.unreachable(server: server, detail: "no answer in time", name: name)
            }
            defer { group.cancelAll() }
            guard let result = try await group.next() else { throw CancellationError() }
            return result
        }
    }

    private func execute(_ request: HTTPClientRequest, within limit: Duration) async throws -> HTTPClientResponse {
        do {
            return try await exchange(request, .now() + .nanoseconds(Int64(limit / .nanoseconds(1))))
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            throw ModelFailure.unreachable(server: server, detail: Self.plain(error), name: name)
        }
    }

    /// A refusal with the server's own words, as far as they can be read.
    private func refusal(_ response: HTTPClientResponse) async -> ModelFailure {
        let body = try? await response.body.collect(upTo: Self.largestBody)
        let problem = body.flatMap { try? JSONDecoder().decode(ServerProblem.self, from: Data($0.readableBytesView)) }
        return .refused(
            status: Int(response.status.code),
            message: problem?.message ?? ServerText(response.status.reasonPhrase),
            name: name)
    }

    /// A connection's failure in a few words: ours or the system's, never a library's.
    private static func plain(_ error: any Error) -> String {
        let text = "\(error)"
        if text.contains("refused") { return "connection refused" }
        if let number = text.firstMatch(of: /errno: ([0-9]{1,9})/).flatMap({ Int32($0.1) }) {
            return String(cString: strerror(number)).lowercased()
        }
        if let error = error as? HTTPClientError {
            if error == .connectTimeout { return "no connection in time" }
            if error == .deadlineExceeded { return "no answer in time" }
            if error == .remoteConnectionClosed { return "the connection was closed" }
            if [.invalidURL, .emptyHost, .emptyScheme].contains(error) { return "the address isn't one" }
        }
        if error is HTTPParserError { return "what came isn't HTTP" }
        if text.contains("UnknownHost") || text.contains("unknown(host") { return "the host's name isn't known" }
        // The library for TLS isn't one of ours: its errors are known by their names alone.
        if String(reflecting: type(of: error)).contains("SSL") {
            return "the connection could not be made secure (TLS)"
        }
        return "the connection failed"
    }
}

/// How servers say what is wrong: Ollama as `{"error":"…"}`, those after OpenAI as `{"error":{"message":"…"}}`.
struct ServerProblem: Decodable {
    let message: ServerText

    private enum CodingKeys: String, CodingKey { case error, message }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        if let text = try? container.decode(String.self, forKey: .error) {
            message = ServerText(text)
        } else {
            message = ServerText(
                try container.nestedContainer(keyedBy: CodingKeys.self, forKey: .error)
                    .decode(String.self, forKey: .message))
        }
    }
}

extension HTTPClient {
    /// Exchanges over the network.
    var exchange: ModelHTTP.Exchange { { try await self.execute($0, deadline: $1) } }
}
