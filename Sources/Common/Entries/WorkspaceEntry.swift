/// One entry of the global workspace: a window of a conversation and its answer.

/// A window of one session with its answer, as it goes out to every subscriber.
public struct WorkspaceEntry: Sendable {
    public var stream: String
    public var sessionID: String
    public var window: Window
    /// 1 for a window's first result, then one more each time it comes out again.
    public var revision: Int
    /// Ids of the entries that this one replaces: none for a window's first result, one for a later one, and several
    /// where session windows that had come out have merged.
    public var supersedes: [String]
    public var trigger: Trigger
    public var conversation: Conversation
    public var response: Response
    public var timing: Timing
    /// Messages of this stream known to be lost so far.
    public var lost: UInt64

    public init(
        stream: String, sessionID: String, window: Window, revision: Int, supersedes: [String] = [], trigger: Trigger,
        conversation: Conversation, response: Response, timing: Timing, lost: UInt64
    ) {
        self.stream = stream
        self.sessionID = sessionID
        self.window = window
        self.revision = revision
        self.supersedes = supersedes
        self.trigger = trigger
        self.conversation = conversation
        self.response = response
        self.timing = timing
        self.lost = lost
    }

    /// The entry's id: the same for the same stream, session, window and revision, whoever makes it and however often.
    public var id: String { Self.id(stream, sessionID, window, revision) }

    /// The id of any result of a window.
    public static func id(_ stream: String, _ sessionID: String, _ window: Window, _ revision: Int) -> String {
        EntryID.make { id in
            id.append(idPart: stream)
            id.append("/")
            id.append(idPart: sessionID)
            id.append("/")
            id.appendDecimal(window.start.milliseconds)
            id.append("-")
            id.appendDecimal(window.end.milliseconds)
            id.append("/")
            id.appendDecimal(revision)
        }
    }

    /// Writes the entry as one line of CloudEvents JSON, without the newline.
    public func write(to json: inout JSONWriter, sequence: UInt64, time: Timestamp) {
        json.event(
            type: CloudEvent.entry, id: id, subject: sessionID, sequence: sequence, time: time
        ) { data in
            data.field("stream", stream)
            data.field("session_id", sessionID)
            data.key("window")
            data.object { json in
                json.field("kind", window.kind.name)
                json.field("start", window.start)
                json.field("end", window.end)
            }
            data.field("revision", revision)
            data.field("supersedes", supersedes.first)
            if supersedes.count > 1 {
                data.key("also_supersedes")
                data.array { json in
                    for id in supersedes.dropFirst() { json.value(id) }
                }
            }
            data.field("trigger", trigger.name)
            data.key("messages")
            data.array { json in
                conversation.forEach { json.message($0) }
            }
            data.key("response")
            data.object { json in json.response(response) }
            data.key("timing")
            data.object { json in
                json.field("queued_ms", timing.queued)
                json.field("first_token_ms", timing.firstToken)
                json.field("total_ms", timing.total)
            }
            data.field("lost", lost)
        }
    }
}

extension JSONWriter {
    /// Written once for each message of each window, so in few pieces.
    @inline(__always)
    fileprivate mutating func message(_ message: Conversation.Message) {
        element { json in
            json.verbatim("{\"timestamp\":")
            json.value(message.timestamp)
            json.verbatim(
                message.sender == .rm ? ",\"sender\":\"rm\",\"message\":" : ",\"sender\":\"customer\",\"message\":")
            json.value(utf8: message.text)
            json.verbatim(",\"sequence\":")
            json.value(message.sequence)
            json.verbatim("}")
        }
    }

    fileprivate mutating func response(_ response: Response) {
        field("status", response.status.rawValue)
        field("text", response.text)
        field("reason", response.reason)
        field("model", response.model)
        field("responder", response.responder)
        field("prompt_tokens", response.promptTokens)
        field("completion_tokens", response.completionTokens)
        field("truncated", response.truncated)
    }
}
