/// Results as they come in one request.
import Bytes
import Feed
import Records
import Storage

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
        var records: [(id: ResultID, record: GivenRecord)] = []
        for line in lines.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            guard records.count < ResultsRequest.mostLines else {
                throw Refusal(description: "it has more than \(ResultsRequest.mostLines) lines")
            }
            guard let id = line.withUnsafeBytes({ RecordHead(line: $0)?.id }), !id.isEmpty,
                let record = try? GivenRecord(json: Array(line)), record.isSound
            else { throw Refusal(description: "its line \(records.count + 1) isn't a result of a window") }
            records.append((ResultID(id.withBytes { hash.of($0) }), record))
        }
        self.records = records
    }
}

extension GivenRecord {
    /// Whether a consumer could have made it. Who gives results may write anything.
    fileprivate var isSound: Bool {
        switch self {
        case .window(let result, _):
            result.window.start < result.window.end && result.revision >= 1 && result.conversation.count > 0
                && !result.sessionID.isEmpty && Position.isStream(result.stream)
        case .setAside(let record): Position.isStream(record.stream)
        case .stream(let news): Position.isStream(news.stream)
        }
    }
}
