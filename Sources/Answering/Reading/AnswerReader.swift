/// An answer while it comes.
import NIOCore

/// Reads the body of an answer in any of the forms that servers have for it, and tells whether it is whole. Pure: bytes and the
/// time go in, pieces come out.
///
/// An answer is whole once the server has said so: by a word for why it stopped, by `[DONE]` or `done`, or by counting its
/// tokens, or sending one object for all, and ending the body in order. Nothing that comes behind that makes it less so.
struct AnswerReader {
    private var body = BodyReader()
    private var builder: AnswerBuilder
    private var stop: StopReason?
    private var hasUsage = false
    private var hasObject = false
    private var model: String?
    private var promptTokens: Int?
    private var completionTokens: Int?
    /// When the answer was whole.
    private var wholeSince: ContinuousClock.Instant?

    /// Nothing more needs to be read.
    private(set) var isOver = false
    /// All of the answer is here. What comes may say how many tokens it was.
    private(set) var isWhole = false
    /// Where the model runs, if not on the server.
    private(set) var remoteHost: String?

    /// What the server's program is called.
    private let name: String

    /// - Parameters:
    ///   - model: the one that was asked.
    ///   - prompt: what it was asked.
    ///   - told: what it was told before that.
    ///   - name: what the server's program is called.
    init(model: String, prompt: String = "", told: String = "", name: String = ModelFailure.ollama) {
        builder = AnswerBuilder(model: model, prompt: prompt, told: told)
        self.name = name
    }

    /// Takes a piece of the body.
    ///
    /// - Returns: what there is to show.
    /// - Throws: ``ModelFailure`` when this is no answer, or none any more.
    mutating func append(
        _ part: inout ByteBuffer, at now: ContinuousClock.Instant
    ) throws(ModelFailure) -> [AnswerPiece] {
        var pieces: [AnswerPiece] = []
        do throws(ModelFailure) {
            try body.append(&part)
            while !isOver, let events = try body.next() { pieces += try process(events, at: now) }
            if isWhole { wholeSince = wholeSince ?? now }
        } catch {
            guard isWhole else { throw error }
            isOver = true
        }
        return pieces
    }

    /// The body has ended.
    ///
    /// - Parameter failure: why, where it didn't end in order.
    /// - Returns: what there still is to show, and the answer.
    /// - Throws: ``ModelFailure`` where it isn't whole, or no answer after all.
    mutating func end(
        _ failure: ModelFailure? = nil, at now: ContinuousClock.Instant
    ) throws(ModelFailure) -> (pieces: [AnswerPiece], completion: Completion) {
        var pieces: [AnswerPiece] = []
        if !isOver {
            do throws(ModelFailure) {
                if let failure { throw failure }
                pieces += try process(body.end(), at: now)
                // Servers that count tokens do so behind the last one.
                if (hasUsage || hasObject) && stop == nil { isWhole = true }
            } catch {
                guard isWhole || stop != nil else { throw error }
            }
            isWhole = isWhole || stop != nil
        }
        guard isWhole else {
            guard body.other.isEmpty else { throw .notAnAnswer(ServerText(body.other)) }
            throw .endedEarly
        }
        if case .other(let word)? = stop { throw .notFinished(doneReason: word) }
        let (rest, text) = try builder.end(isCut: stop == .length)
        var completion = Completion(model: ServerText(model ?? builder.model))
        completion.text = text
        completion.raw = builder.raw
        completion.isCutOff = stop == .length
        completion.isTruncated = completion.isCutOff
        completion.isTrimmed = builder.isTrimmed
        completion.firstToken = builder.firstToken
        completion.generation = generation(until: wholeSince ?? now)
        completion.promptTokens = promptTokens
        completion.completionTokens = completionTokens
        return (pieces + rest, completion)
    }

    /// Whether there was anything of the model's, be it thoughts.
    var hasBegun: Bool { builder.hasBegun }

    /// From the first token to the last; nil where the answer came in one piece, or in no time: then that isn't how long the
    /// model took.
    private func generation(until end: ContinuousClock.Instant) -> Duration? {
        guard builder.pieces > 1, let time = builder.firstToken.map({ end - $0 }) else { return nil }
        return time >= .milliseconds(10) ? time : nil
    }

    private mutating func process(
        _ events: [BodyEvent], at now: ContinuousClock.Instant
    ) throws(ModelFailure) -> [AnswerPiece] {
        var pieces: [AnswerPiece] = []
        for event in events where !isOver {
            switch event {
            case .done:
                isWhole = true
                isOver = true
            case .problem(let words): if !isWhole { throw .brokeOff(words) }
            case .value(let value, let isError):
                // Some gateways put a list around an answer.
                let values = if case .array(let elements) = value { elements } else { [value] }
                for value in values where !isOver {
                    pieces += try process(AnswerChunk(value, isError: isError), at: now)
                }
            }
        }
        return pieces
    }

    private mutating func process(
        _ chunk: AnswerChunk, at now: ContinuousClock.Instant
    ) throws(ModelFailure) -> [AnswerPiece] {
        // Tokens that are counted with each piece, or before the first, don't say that it was the last.
        if !chunk.text.isEmpty, chunk.isPiece { hasUsage = false } else { hasUsage = hasUsage || chunk.hasUsage }
        hasObject = hasObject || chunk.isObject
        promptTokens = chunk.promptTokens ?? promptTokens
        completionTokens = chunk.completionTokens ?? completionTokens
        // What comes behind the end can't add to the answer, nor take anything from it.
        guard !isWhole else {
            isOver = isOver || chunk.isLast
            return []
        }
        if let problem = chunk.problem {
            // Before there is anything of an answer, it is as good as a refusal.
            if let status = chunk.status, !builder.hasBegun {
                throw .refusal(
                    Refusal(
                        status: status, message: problem, name: name,
                        parts: OptionalPart.refused(status: status, body: "\(problem)")))
            }
            throw .brokeOff(problem)
        }
        if chunk.isDamaged { throw .unreadable("a piece of it is damaged") }
        if let model = chunk.model, !model.isEmpty { self.model = model }
        remoteHost = chunk.remoteHost.flatMap { $0.isEmpty ? nil : $0 } ?? remoteHost
        var pieces: [AnswerPiece] = []
        let text = chunk.mayRepeat ? builder.new(in: chunk.text) : chunk.text
        if !text.isEmpty {
            pieces = try builder.append(text, at: now)
        } else if chunk.hasThoughts {
            builder.thought(at: now)
        }
        if let reason = chunk.stop {
            stop = reason
            // Some servers say with each piece that it is the last. Where it is, the end follows, in whatever form.
            isWhole = !chunk.isPiece || chunk.text.isEmpty
        } else if stop != nil, chunk.hasUsage, chunk.text.isEmpty {
            isWhole = true
        }
        // What the model goes on with isn't its answer.
        if builder.isOver {
            if stop == nil || stop == .length { stop = .complete }
            isWhole = true
            isOver = true
        }
        isOver = isOver || chunk.isLast
        return pieces
    }
}
