/// Reading back what the workspace published.
import Chat
import Foundation
import Streaming

/// One kept record of the workspace, read from its line of JSON.
public enum WorkspaceRecord: Sendable {
    case entry(WorkspaceEntry)
    case setAside(SetAside)
    case feedback(Feedback)

    /// - Throws: `DecodingError` when the line isn't a record of this version.
    public init(json: [UInt8]) throws {
        let event = try JSONDecoder().decode(EventForm.self, from: Data(json))
        switch event.data {
        case .entry(let form) where form.response != nil: self = .entry(form.entry)
        case .setAside(let form, let kind): self = .setAside(form.record(kind))
        case .feedback(let feedback): self = .feedback(feedback)
        case .entry, .stream:
            throw DecodingError.dataCorrupted(.init(codingPath: [], debugDescription: "not published by a consumer"))
        }
    }

    /// Writes the record as one line of CloudEvents JSON, without the newline.
    public borrowing func write(to json: inout JSONWriter, sequence: UInt64, time: Timestamp) {
        switch self {
        case .entry(let entry): entry.write(to: &json, sequence: sequence, time: time)
        case .setAside(let record): record.write(to: &json, sequence: sequence, time: time)
        case .feedback(let feedback): feedback.write(to: &json, sequence: sequence, time: time)
        }
    }

    /// The session the record belongs to, where it belongs to one.
    public var sessionID: String? {
        switch self {
        case .entry(let entry): entry.result.sessionID
        case .setAside(let record): record.sessionID
        case .feedback(let feedback): feedback.sessionID
        }
    }
}

/// The event as it stands in JSON.
struct EventForm: Decodable {
    enum Content {
        case entry(EntryForm)
        case setAside(SetAsideForm, SetAside.Kind)
        case feedback(Feedback)
        case stream(StreamNews)
    }

    enum CodingKeys: CodingKey { case type, data }

    let data: Content

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let type = try container.decode(String.self, forKey: .type)
        switch type {
        case "\(CloudEvent.entry)": data = .entry(try container.decode(EntryForm.self, forKey: .data))
        case "\(CloudEvent.late)": data = .setAside(try container.decode(SetAsideForm.self, forKey: .data), .late)
        case "\(CloudEvent.rejected)":
            data = .setAside(try container.decode(SetAsideForm.self, forKey: .data), .rejected)
        case "\(CloudEvent.feedback)": data = .feedback(try container.decode(Feedback.self, forKey: .data))
        case "\(CloudEvent.stream)": data = .stream(try container.decode(StreamNews.self, forKey: .data))
        default:
            throw DecodingError.dataCorruptedError(forKey: .type, in: container, debugDescription: "unknown: \(type)")
        }
    }
}

struct SetAsideForm: Decodable {
    struct Position: Decodable {
        let stream: String
        let sequence: UInt64
    }
    let session_id: String?
    let line: String
    let reason: String
    let position: Position

    func record(_ kind: SetAside.Kind) -> SetAside {
        SetAside(
            kind: kind, stream: position.stream, sequence: position.sequence, sessionID: session_id, line: line,
            reason: reason)
    }
}

struct EntryForm: Decodable {
    struct WindowForm: Decodable {
        let kind: WindowKind
        let start: Timestamp
        let end: Timestamp
    }
    struct MessageForm: Decodable {
        let timestamp: Timestamp
        let sender: Sender
        let message: String
        let sequence: UInt64
    }
    let stream: String
    let session_id: String
    let window: WindowForm
    let revision: Int
    let supersedes: EntryID?
    let also_supersedes: [EntryID]?
    let trigger: Trigger
    let messages: [MessageForm]
    let answers: AnsweredMessage?
    /// Results that haven't been answered have neither.
    let response: Response?
    let timing: Timing?
    let lost: UInt64

    /// All that it replaces.
    var superseded: [EntryID] { (supersedes.map { [$0] } ?? []) + (also_supersedes ?? []) }

    var entry: WorkspaceEntry {
        var entry = WorkspaceEntry(
            WindowResult(
                stream: stream, sessionID: session_id,
                window: Window(kind: window.kind, start: window.start, end: window.end), revision: revision,
                supersedes: superseded.map {
                    WindowResult.Superseded(
                        window: Window(kind: window.kind, start: $0.start, end: $0.end), revision: $0.revision)
                },
                trigger: trigger,
                conversation: Conversation(
                    messages.map {
                        ChatMessage(
                            timestamp: $0.timestamp, sender: $0.sender, text: $0.message, sequence: $0.sequence)
                    })),
            response: response ?? .none, timing: timing ?? Timing(), lost: lost)
        entry.answers = answers
        return entry
    }
}

/// What tells the ids of a session's entries apart: the end of `stream/session/start-end/revision`.
struct EntryID: Decodable {
    /// The whole id.
    let text: String
    let start: Timestamp
    let end: Timestamp
    let revision: Int

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        text = try container.decode(String.self)
        let parts = text.utf8.split(
            separator: UInt8(ascii: "/"), omittingEmptySubsequences: false
        ).map(Substring.init)
        // The first character of the times may be a sign.
        guard parts.count == 4, let middle = parts[2].dropFirst().firstIndex(of: "-"),
            let start = Int64(parts[2][..<middle]), let end = Int64(parts[2][middle...].dropFirst()),
            let revision = Int(parts[3])
        else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not an entry's id")
        }
        self.start = Timestamp(milliseconds: start)
        self.end = Timestamp(milliseconds: end)
        self.revision = revision
    }
}

extension Timestamp: Decodable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let time = text.withBytes({ Timestamp(anyYear: $0) }) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a timestamp")
        }
        self = time
    }
}

extension Sender: Decodable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let name = try container.decode(String.self)
        guard let sender = Sender.allCases.first(where: { "\($0.name)" == name }) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "neither customer nor rm")
        }
        self = sender
    }
}
