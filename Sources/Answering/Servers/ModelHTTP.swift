/// The HTTP that all model servers speak.
import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import NIOSSL
import Synchronization

/// Requests to one server, with this project's limits.
package struct ModelHTTP: Sendable {
    /// Of what isn't an answer no more is read, in bytes.
    private static let largestBody = 1 << 20
    /// An answer that is whole may still be followed by its token counts; they aren't waited for any longer.
    private static let afterword = Duration.milliseconds(500)

    private let address: ModelAddress
    /// What the server's program is called.
    private let name: String
    private let options: ModelOptions
    private let exchange: Exchange
    private let headers: HTTPHeaders

    /// The address as it may be shown.
    package var server: String { address.shown }

    /// Sends a request, and has the head of its response before the deadline.
    typealias Exchange =
        @Sendable (_ request: HTTPClientRequest, _ deadline: NIODeadline) async throws ->
        HTTPClientResponse

    init(
        _ name: String, at address: ModelAddress, options: ModelOptions, exchange: @escaping Exchange
    ) {
        self.name = name
        self.address = address
        self.options = options
        self.exchange = exchange
        // Who is named in an address is meant for that server, and goes before the key for all.
        let authorization = address.authorization ?? options.apiKey.map { "Bearer \($0)" }
        var headers: HTTPHeaders = authorization.map { ["Authorization": $0] } ?? [:]
        // What is compressed all the same is unpacked.
        headers.add(name: "Accept-Encoding", value: "identity")
        self.headers = headers
    }

    /// A client without redirects, without a proxy (it would see the customers' words), and without waiting for a server
    /// that refuses.
    package static func makeClient(_ options: ModelOptions) -> HTTPClient {
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow,
            timeout: .init(connect: .nanoseconds(Int64(options.connectTimeout / .nanoseconds(1)))),
            decompression: .enabled(limit: .size(64 << 20)))
        if let authorities = options.certificateFile {
            configuration.tlsConfiguration = .makeClientConfiguration()
            configuration.tlsConfiguration?.trustRoots = .file(authorities)
        }
        // The client's own retries would turn a refused connection into a long wait.
        configuration.connectionPool.retryConnectionEstablishment = false
        // How many questions are under way at once is decided elsewhere; none is to wait for a connection.
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 1024
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    /// A list of what a server has: it helps those who read what is said about it, and is needed for nothing.
    ///
    /// - Returns: nil where the server has none, doesn't show it, or where it can't be read.
    /// - Throws: ``ModelFailure`` where the server can't be reached, or isn't ready yet.
    func list(_ path: String) async throws -> JSONValue? {
        var request = HTTPClientRequest(url: address.url(path))
        request.headers = headers
        // Questions may wait for it, and need time of their own.
        return try await read(request, within: min(options.connectTimeout * 2, options.firstTokenTimeout / 2))
    }

    /// What a server says of one of its things; needed for nothing, as a list is.
    ///
    /// - Returns: nil where it doesn't say it, for whatever reason.
    func description(_ path: String, _ body: some Encodable & Sendable) async -> JSONValue? {
        guard let request = try? post(path, body) else { return nil }
        return try? await read(request, within: min(options.connectTimeout, options.firstTokenTimeout / 4))
    }

    /// Sends a question and reads its answer.
    ///
    /// - Parameters:
    ///   - model: the one that is asked.
    ///   - prompt: what it is asked, as it stands in the body.
    ///   - patience: told of each piece.
    ///   - onPiece: called with each piece that can be shown.
    /// - Throws: ``ModelFailure``.
    func ask(
        _ path: String, _ body: some Encodable & Sendable, model: String, prompt: Prompt, patience: Patience,
        onPiece: PieceHandler
    ) async throws -> Completion {
        let request = try post(path, body)
        let response = try await execute(request, within: options.answerTimeout + .seconds(1))
        guard 200..<300 ~= response.status.code else { throw await refusal(response) }
        var answer = AnswerReader(model: model, prompt: prompt.text, told: prompt.told, name: name)
        var failure: ModelFailure?
        do {
            try await read(response.body, into: &answer, patience, onPiece)
        } catch let known as ModelFailure {
            throw known
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            failure = .connectionLost(ConnectionProblem.words(error))
        }
        let (pieces, completion) = try answer.end(failure, at: .now)
        for piece in pieces { await onPiece(piece) }
        if let host = answer.remoteHost { throw ModelFailure.remote(model: model, host: ServerText(host)) }
        return completion
    }

    // MARK: Inside

    private func post(_ path: String, _ body: some Encodable) throws -> HTTPClientRequest {
        var request = HTTPClientRequest(url: address.url(path))
        request.method = .POST
        request.headers = headers
        request.headers.add(name: "Content-Type", value: "application/json")
        // Some servers close a connection behind an answer without saying so; the next question would find it closed.
        request.headers.add(name: "Connection", value: "close")
        request.body = .bytes(try JSONEncoder().encode(body))
        return request
    }

    /// - Returns: nil where the server refuses, or what comes can't be read.
    /// - Throws: ``ModelFailure`` where it can't be reached, or isn't ready yet.
    private func read(_ request: HTTPClientRequest, within limit: Duration) async throws -> JSONValue? {
        // The HTTP client's own deadline ends with the response's head; this one takes in the body, too.
        try await within(limit) {
            let response = try await execute(request, within: limit)
            guard response.status == .ok else {
                let failure = await refusal(response)
                if failure.isNotYet { throw failure }
                return nil
            }
            do {
                return JSONValue(try await response.body.collect(upTo: Self.largestBody).readableBytesView)
            } catch is CancellationError {
                throw CancellationError()
            } catch {
                return nil
            }
        }
    }

    /// Reads until the answer is whole, or over. What the server goes on with isn't wanted then: the connection is closed when
    /// the iterator is let go of, which is here, and the server is free for somebody else.
    private func read(
        _ body: HTTPClientResponse.Body, into answer: inout AnswerReader, _ patience: Patience, _ onPiece: PieceHandler
    ) async throws {
        var parts = body.makeAsyncIterator()
        while !answer.isWhole, !answer.isOver, var part = try await parts.next() {
            let pieces = try answer.append(&part, at: .now)
            if answer.hasBegun { patience.tokenCame() }
            for piece in pieces { await onPiece(piece) }
        }
        if answer.isWhole && !answer.isOver { try await readOn(parts, into: &answer) }
    }

    /// Reads what comes behind a whole answer, for a moment: how many tokens it was.
    private func readOn(
        _ parts: sending HTTPClientResponse.Body.AsyncIterator, into answer: inout AnswerReader
    ) async throws {
        // Handed over: whoever calls this doesn't use it any more, and one task alone does here.
        nonisolated(unsafe) let rest = parts
        let collected = Collected()
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                var parts = rest
                while let part = try? await parts.next() { collected.add(part) }
            }
            group.addTask { try? await Task.sleep(for: Self.afterword) }
            await group.next()
            group.cancelAll()
        }
        try Task.checkCancellation()
        for var part in collected.all { _ = try answer.append(&part, at: .now) }
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
            throw ModelFailure.unreachable(server: server, detail: ConnectionProblem.words(error), name: name)
        }
    }

    /// A refusal with the server's own words, as far as they can be read.
    private func refusal(_ response: HTTPClientResponse) async -> ModelFailure {
        let status = Int(response.status.code)
        let body = (try? await response.body.collect(upTo: Self.largestBody)) ?? ByteBuffer()
        let text = String(decoding: body.readableBytesView, as: UTF8.self)
        var message = JSONValue(body.readableBytesView).flatMap { ServerProblem.message(in: $0, isError: true) }
        if 300..<400 ~= status, let place = response.headers.first(name: "Location") {
            // Followed it isn't: prompts go where they were meant to go, and nowhere else.
            message = ServerText("it says that it has moved to \(Self.origin(of: place))")
        }
        return .refusal(
            Refusal(
                status: status,
                message: message ?? Self.plainWords(text) ?? ServerText(response.status.reasonPhrase), name: name,
                retryAfter: response.headers.first(name: "Retry-After").flatMap(Self.retryAfter),
                parts: OptionalPart.refused(status: status, body: text),
                overflow: ContextOverflow(status: status, body: text)))
    }

    /// Scheme, host and port of an address; where it has none, a path of the same server, the beginning of it.
    private static func origin(of place: String) -> String {
        guard let url = URLComponents(string: place), let scheme = url.scheme, let host = url.host else {
            return String(place.prefix { $0 != "?" }.prefix(100))
        }
        return "\(scheme)://\(host)\(url.port.map { ":\($0)" } ?? "")"
    }

    /// A refusal that is no JSON, where it is a few words: a page of a web server isn't.
    private static func plainWords(_ text: String) -> ServerText? {
        let line = text.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
        guard line.contains(where: \.isLetter), !line.contains("<"), !line.contains("{") else { return nil }
        return ServerText(line)
    }

    /// A number of seconds; a date isn't understood (https://www.rfc-editor.org/rfc/rfc9110#field.retry-after).
    private static func retryAfter(_ text: String) -> Duration? {
        guard let seconds = Double(text), 0...3600 ~= seconds else { return nil }
        return .milliseconds(Int64(seconds * 1000))
    }
}

/// What comes while somebody else waits for it.
private final class Collected: Sendable {
    private let parts = Mutex<[ByteBuffer]>([])

    func add(_ part: ByteBuffer) { parts.withLock { $0.append(part) } }

    var all: [ByteBuffer] { parts.withLock { $0 } }
}

extension HTTPClient {
    /// Exchanges over the network.
    var exchange: ModelHTTP.Exchange { { try await self.execute($0, deadline: $1) } }
}
