/// Results as they come in one request.
import Bytes
import Chat
import Feed
import Records
import Storage
import Streaming

/// Results of windows that were given in one go, read.
struct GivenBatch: Sendable {
    /// Why a request isn't taken. It says which line is wrong, and nothing of what is in it.
    struct Refusal: Error, CustomStringConvertible {
        let description: String
    }

    /// By which its receipt is known.
    let number: UInt64
    let records: [(id: ResultID, record: GivenRecord)]
    /// In bytes.
    let size: Int

    /// Reads the lines of a request.
    ///
    /// - Throws: ``Refusal`` for lines that aren't results, or too many of them.
    init(number: UInt64, lines: [UInt8], hash: KeyedHash) throws(Refusal) {
        self.number = number
        size = lines.count
        // Reading takes many times the room of what is read, so what there is to be read is counted first.
        let shape = lines.withUnsafeBytes { JSONShape(lines: $0) }
        guard shape.lines <= ResultsRequest.mostLines else {
            throw Refusal(description: "it has more than \(ResultsRequest.mostLines) lines")
        }
        guard shape.commas <= ResultsRequest.mostValues else {
            throw Refusal(description: "it has more than \(ResultsRequest.mostValues) values")
        }
        var records: [(id: ResultID, record: GivenRecord)] = []
        for line in lines.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            guard let head = line.withUnsafeBytes({ RecordHead(line: $0) }), !head.id.isEmpty,
                let record = try? GivenRecord(json: Array(line)), record.isSound
            else { throw Refusal(description: "its line \(records.count + 1) isn't a result of a window") }
            guard record.isHeaded(by: head) else {
                throw Refusal(description: "its line \(records.count + 1) has an id or a subject that isn't its data's")
            }
            records.append((ResultID(head.id.withBytes { hash.of($0) }), record))
        }
        self.records = records
    }
}

extension GivenRecord {
    /// A reason says how far a stream had come, and what is wrong with a line; in bytes.
    private static let longestReason = 4096

    /// Whether a consumer could have made it. Who gives results may write anything.
    fileprivate var isSound: Bool {
        switch self {
        case .window(let result, _): result.isSound
        case .setAside(let record):
            Position.isStream(record.stream) && Position.isSequence(record.sequence)
                && record.line.withBytes(KeptLine.canBe)
                && record.reason.utf8.count <= Self.longestReason && record.sessionID.map(Self.isSession) ?? true
        case .stream(let news): Position.isStream(news.stream) && news.isSound
        }
    }

    /// Whether id and subject are those of what it says.
    fileprivate func isHeaded(by written: RecordHead) -> Bool {
        guard let head else { return true }
        let isSubject =
            if let subject = written.subject { head.session?.isSame(as: subject) ?? false } else { head.session == nil }
        return head.id.isSame(as: written.id) && isSubject
    }

    fileprivate static func isSession(_ id: String) -> Bool { 1...MessageDecoder.longestSessionID ~= id.utf8.count }
}

extension StreamNews {
    /// Whether it is about a whole stream, or about one of so many parts.
    fileprivate var isSound: Bool {
        switch (part, parts) {
        case (nil, nil): true
        case (let part?, let parts?): 1...GivenStreams.mostParts ~= parts && 0..<parts ~= part
        default: false
        }
    }
}

extension WindowResult {
    fileprivate var isSound: Bool {
        let replaced = supersedes.allSatisfy {
            $0.window.isSound && 1...Int(Int32.max) ~= $0.revision && !($0.window == window && $0.revision >= revision)
        }
        return window.isSound && 1...Int(Int32.max) ~= revision && conversation.count > 0 && isOfItsWindow && hasRoom
            && replaced
            && supersedes.count <= Self.mostReplaced && GivenRecord.isSession(sessionID)
            && Position.isStream(stream)
    }

    /// Whether its messages are of the window, and have numbers.
    private var isOfItsWindow: Bool {
        var isOne = true
        conversation.forEach {
            isOne = isOne && (window.start..<window.end).contains($0.timestamp) && Position.isSequence($0.sequence)
        }
        return isOne
    }

    /// Whether its entry is one that subscribers can take: as large as windows get, or a single message.
    private var hasRoom: Bool {
        if conversation.cost <= WindowPolicy.Limits().window { return true }
        var size = 0
        conversation.forEach { size += ByteWriter.quotedSize($0.text) }
        return conversation.count == 1 && size <= MessageDecoder.largestText
    }
}

extension Window {
    fileprivate var isSound: Bool { start < end && start.isSound && end.isSound }
}
