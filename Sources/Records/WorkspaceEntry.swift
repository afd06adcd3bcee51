/// One entry of the global workspace: a window of a conversation and its answer.
import Bytes
import Chat
import Streaming

/// A window of one session with its answer, as it goes out to every subscriber.
public struct WorkspaceEntry: Sendable {
    public var result: WindowResult
    public var response: Response
    /// What the response answers; nil where there is none, and in entries of releases that didn't say so.
    public var answers: AnsweredMessage?
    public var timing: Timing
    /// Messages of this stream known to be lost so far.
    public var lost: UInt64

    @inlinable
    public init(_ result: WindowResult, response: Response, timing: Timing = Timing(), lost: UInt64 = 0) {
        self.result = result
        self.response = response
        answers = response.text == nil ? nil : AnsweredMessage(lastOf: result.conversation)
        self.timing = timing
        self.lost = lost
    }

    /// The entry's id: the same for the same stream, session, window and revision, whoever makes it and however often.
    public var id: String { result.id(of: WindowResult.Superseded(window: result.window, revision: result.revision)) }

    /// Writes the entry as one line of CloudEvents JSON, without the newline.
    public func write(to json: inout JSONWriter, sequence: UInt64, time: Timestamp) {
        let result = result
        let window = result.window
        json.event(
            type: CloudEvent.entry, subject: result.sessionID, sequence: sequence, time: time
        ) { id in
            id.append(idOf: window, result.revision, in: result)
        } data: { json in
            json.verbatim("\"stream\":")
            json.value(result.stream)
            json.verbatim(",\"session_id\":")
            json.value(result.sessionID)
            json.verbatim(",\"window\":{\"kind\":")
            json.value(window.kind.name)
            json.verbatim(",\"start\":")
            json.value(window.start)
            json.verbatim(",\"end\":")
            json.value(window.end)
            json.verbatim("},\"revision\":")
            json.value(result.revision)
            json.superseded(result)
            json.verbatim(",\"trigger\":")
            json.value(result.trigger.name)
            json.verbatim(",\"messages\":")
            json.array { json in
                result.conversation.forEach { json.message($0) }
            }
            if let answers { json.field("answers", answers) }
            json.verbatim(",\"response\":")
            json.response(response)
            json.verbatim(",\"timing\":{\"queued_ms\":")
            json.value(timing.queued)
            json.field("first_token_ms", timing.firstToken)
            json.field("total_ms", timing.total)
            if let tenths = timing.tokenTenthsPerSecond { json.field("tokens_per_s", tenths: tenths) }
            json.verbatim("},\"lost\":")
            json.value(lost)
        }
    }
}

/// The newest message that whoever answered had seen. When somebody has said something since, the answer is stale.
public struct AnsweredMessage: Hashable, Sendable, Decodable {
    /// Its number in its stream.
    public let sequence: UInt64
    public let sender: Sender

    public init(sequence: UInt64, sender: Sender) {
        self.sequence = sequence
        self.sender = sender
    }

    /// nil where nothing was said.
    public init?(lastOf conversation: Conversation) {
        guard conversation.count > 0 else { return nil }
        self.init(sequence: conversation.lastSequence, sender: conversation.lastSender)
    }
}

extension WindowResult {
    /// The id of one of the entries of its stream and session.
    func id(of entry: Superseded) -> String {
        var id = ByteWriter(capacity: 128)
        id.append(idOf: entry.window, entry.revision, in: self)
        return id.withBytes { String(decoding: $0, as: UTF8.self) }
    }
}

extension ByteWriter {
    /// Appends the id of one of the entries of a result's stream and session.
    fileprivate mutating func append(idOf window: Window, _ revision: Int, in result: WindowResult) {
        append(idPart: result.stream)
        append("/")
        append(idPart: result.sessionID)
        append("/")
        appendDecimal(window.start.milliseconds)
        append("-")
        appendDecimal(window.end.milliseconds)
        append("/")
        appendDecimal(revision)
    }
}

extension JSONWriter {
    /// Written once for each message of each window, so in few pieces.
    @inline(__always)
    fileprivate mutating func message(_ message: Conversation.Message) {
        element { json in
            json.verbatim("{\"timestamp\":")
            json.value(message.timestamp)
            // Each in a branch of its own, so that its length is known where it is copied.
            switch message.sender {
            case .rm: json.verbatim(",\"sender\":\"rm\",\"message\":")
            case .customer: json.verbatim(",\"sender\":\"customer\",\"message\":")
            }
            json.value(utf8: message.text)
            json.verbatim(",\"sequence\":")
            json.value(message.sequence)
            json.verbatim("}")
        }
    }

    /// The first of the entries that are replaced, where there are any, and then the others.
    @inline(__always)
    fileprivate mutating func superseded(_ result: WindowResult) {
        guard let first = result.supersedes.first else { return verbatim(",\"supersedes\":null") }
        verbatim(",\"supersedes\":")
        value { $0.append(idOf: first.window, first.revision, in: result) }
        if result.supersedes.count > 1 {
            verbatim(",\"also_supersedes\":")
            array { json in
                for other in result.supersedes.dropFirst() {
                    json.value { $0.append(idOf: other.window, other.revision, in: result) }
                }
            }
        }
    }

    fileprivate mutating func field(_ name: StaticString, _ answered: AnsweredMessage) {
        key(name)
        object { json in
            json.field("sequence", answered.sequence)
            json.field("sender", answered.sender.name)
        }
    }

    fileprivate mutating func response(_ response: Response) {
        if response == .none { return verbatim(Self.noResponse) }
        object { json in
            json.field("status", response.status.rawValue)
            json.field("text", response.text)
            json.field("reason", response.reason)
            json.field("model", response.model)
            json.field("responder", response.responder)
            json.field("prompt_tokens", response.promptTokens)
            json.field("completion_tokens", response.completionTokens)
            json.field("truncated", response.truncated)
            if response.cutOff { json.field("finish_reason", Response.lengthReason) }
            if response.trimmed { json.field("trimmed", true) }
            if response.raw != nil { json.field("raw", response.raw) }
            if !response.unsupported.isEmpty { json.field("unsupported", response.unsupported) }
            if !response.masked.isEmpty { json.field("masked", response.masked) }
        }
    }

    /// Where nobody is asked, every entry has it.
    private static let noResponse: StaticString = """
        {"status":"none","text":null,"reason":null,"model":null,"responder":"none","prompt_tokens":null,\
        "completion_tokens":null,"truncated":false}
        """
}
