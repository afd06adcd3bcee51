/// From a request to an answer.
import Bytes
import Chat
import Common
import Feed
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Records
import ServiceLifecycle

/// What is known of a request besides itself.
struct PageContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    let channel: any Channel

    init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        channel = source.channel
    }
}

/// Everything that the page's server answers. Each request goes by the guard first.
struct PageResponder: HTTPResponder {
    /// A message that is typed, as JSON, in bytes.
    private static let longestMessage = 128 << 10
    /// Records of a session at a time.
    private static let mostRecords = 200

    let board: Board
    let submitters: [Submitter?]
    let composing: ComposeFile?
    let older: OlderRecords
    let guardian: GuardBox
    let counts: PageCounts
    let gate = Gate()

    /// Whatever is waited for takes too long now.
    func giveUp() {
        board.news.end()
        older.stop()
        for submitter in submitters { submitter?.giveUp() }
    }

    func respond(to request: Request, context: PageContext) async throws -> Response {
        let guardian = self.guardian.value
        let question = Guard.Question(request)
        var response: Response
        switch guardian.verdict(on: question) {
        case .pass: response = await answer(request, question, context)
        case .welcome:
            response = Response(status: .seeOther, headers: [.location: "/", .setCookie: guardian.setCookie])
        case .bounce: response = .bounce
        case .refuse(let status, let reason):
            counts.note { $0.refused += 1 }
            let asPage = question.only("accept")?.contains("text/html") ?? false
            response = .refusal(status, reason, asPage: asPage)
            // What came with it isn't read, and isn't waited for.
            response.headers[.connection] = "close"
            if question.method == "POST" { close(context.channel, in: .seconds(2)) }
        }
        PagePolicy.apply(to: &response.headers)
        if question.method == "HEAD" { response.body = ResponseBody() }
        return response
    }

    private func answer(_ request: Request, _ question: Guard.Question, _ context: PageContext) async -> Response {
        switch (question.method == "POST", question.path) {
        case (false, "/api/state"):
            return large(context) { board.snapshot(canCompose: composing != nil) }
        case (false, "/api/events"): return events(request, question, context)
        case (false, "/api/session"): return await session(question, context)
        case (true, "/api/feedback"): return await feedback(request, question)
        case (true, "/api/compose"): return await compose(request)
        case (false, let path): return Assets.response(to: path) ?? .text(.notFound, "nothing here\n")
        case (true, _): return .text(.notFound, "nothing here\n")
        }
    }

    // MARK: Reading

    private func events(_ request: Request, _ question: Guard.Question, _ context: PageContext) -> Response {
        let stream = EventStream(board: board)
        let place = stream.place(
            after: question.only("last-event-id") ?? question.query["after"], run: question.query["run"],
            at: question.query["at"].flatMap { UInt64($0) })
        return Response(
            status: .ok, headers: [.contentType: "text/event-stream; charset=utf-8"],
            body: ResponseBody { writer in
                // Ends with the browser's connection, or with the server. A stream that was open for ever would keep it.
                counts.note { $0.viewers += 1 }
                defer { counts.note { $0.viewers -= 1 } }
                _ = try? await request.body.consumeWithCancellationOnInboundClose { _ in
                    try await withGracefulShutdownHandler {
                        var paced = PacedWriter(channel: context.channel, writer: writer)
                        try await stream.write(from: place, to: &paced)
                    } onGracefulShutdown: {
                        board.news.end()
                    }
                }
                try await writer.finish(nil)
            })
    }

    /// A session's records: from memory, and those before from the consumer.
    private func session(_ question: Guard.Question, _ context: PageContext) async -> Response {
        guard let name = question.query["id"] else { return .text(.badRequest, "which session?\n") }
        var ends: [UInt64]?
        if let before = question.query["before"] {
            ends = EventLog.numbers(inID: before[...], workspaces: submitters.count)
            guard ends != nil else { return .text(.badRequest, "before which records?\n") }
        }
        var older = ByteBuffer()
        for workspace in ends.map(board.workspacesBelow) ?? [] {
            guard let end = ends?[workspace], var lines = await self.older.fetch(workspace, before: end, session: name)
            else {
                return .text(.serviceUnavailable, "the consumer doesn't answer, or others are asking; try again\n")
            }
            older.writeBuffer(&lines)
        }
        return large(context) {
            var lines = board.session(name, before: ends, atMost: Self.mostRecords)
            lines.writeBuffer(&older)
            return lines
        }
    }

    /// An answer that may be large: a few at a time, and each for so long.
    private func large(_ context: PageContext, _ lines: () -> ByteBuffer) -> Response {
        guard let pass = gate.enter() else { return .text(.serviceUnavailable, "too much is being read; try again\n") }
        let lines = lines()
        return Response(
            status: .ok, headers: [.contentType: "text/plain; charset=utf-8"],
            body: ResponseBody(contentLength: lines.readableBytes) { writer in
                // Who doesn't read is cut off: others want to.
                let alarm = close(context.channel, in: Gate.patience)
                defer {
                    alarm.cancel()
                    withExtendedLifetime(pass) {}
                }
                var paced = PacedWriter(channel: context.channel, writer: writer)
                try await paced.write(lines)
                try await paced.writer.finish(nil)
            })
    }

    @discardableResult
    private func close(_ channel: any Channel, in patience: Duration) -> Task<Void, any Error> {
        Task {
            try await Task.sleep(for: patience)
            channel.close(promise: nil)
        }
    }

    // MARK: Writing

    /// What the page says of feedback; the rest is the consumer's to check.
    private struct FeedbackID: Decodable {
        let id: String
    }

    private func feedback(_ request: Request, _ question: Guard.Question) async -> Response {
        guard let workspace = Int(question.query["workspace"] ?? "0"), submitters.indices.contains(workspace),
            let submitter = submitters[workspace]
        else { return .text(.notFound, "this workspace takes no feedback\n") }
        let most = SubmissionRequest.longestLine
        guard let body = await body(of: request, atMost: most) else {
            return .text(.contentTooLarge, "too long: at most \(most) bytes are taken\n")
        }
        guard let id = try? JSONDecoder().decode(FeedbackID.self, from: Data(body)) else {
            return .text(.badRequest, "not feedback: there is no id\n")
        }
        // A consumer couldn't say whom its refusal is for.
        guard 1...SubmissionRequest.longestID ~= id.id.utf8.count else {
            return .text(.unprocessableContent, "\"id\" must have 1 to \(SubmissionRequest.longestID) bytes\n")
        }
        // On the wire it is one line.
        let line = body.map { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") ? 0x20 : $0 }
        let outcome = await submitter.submit(line, id: id.id)
        counts.note { $0.submissions[outcome.word, default: 0] += 1 }
        switch outcome {
        case .accepted(let record): return .text(.ok, "{\"record\":\(record)}\n", type: "application/json")
        case .refused(let reason): return .text(.unprocessableContent, reason + "\n")
        case .silence: return .text(.serviceUnavailable, "the consumer doesn't answer; try again\n")
        case .full: return .text(.serviceUnavailable, "too much feedback is under way; try again\n")
        }
    }

    private func compose(_ request: Request) async -> Response {
        guard let composing else { return .text(.notFound, "nothing can be typed here (--compose)\n") }
        guard let body = await body(of: request, atMost: Self.longestMessage) else {
            return .text(.contentTooLarge, "too long\n")
        }
        do {
            try composing.append(Data(body), at: Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000)))
            counts.note { $0.typed += 1 }
            return .text(.ok, "{}\n", type: "application/json")
        } catch {
            return .text(
                .unprocessableContent, "\((error as? ComposeFile.Refusal)?.description ?? "it can't be written")\n")
        }
    }

    /// nil where it is too long, or broke off.
    private func body(of request: Request, atMost most: Int) async -> [UInt8]? {
        guard let buffer = try? await request.body.collect(upTo: most) else { return nil }
        return Array(buffer.readableBytesView)
    }
}

extension Guard.Question {
    init(_ request: Request) {
        method = request.method.rawValue
        path = request.uri.path
        for (name, value) in request.uri.queryParameters { query[String(name)] = String(value) }
        for field in request.headers { headers[field.name.canonicalName, default: []].append(field.value) }
        // The library keeps it apart.
        if let authority = request.head.authority { headers["host"] = (headers["host"] ?? []) + [authority] }
    }
}
