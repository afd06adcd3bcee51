/// From one line of input to the four fields of a message.
import CSimdJSON
import Foundation

/// The fields of one message, as views that live until the decoder's next line.
public struct DecodedMessage {
    public var sessionID: UnsafeRawBufferPointer
    public var timestamp: Timestamp
    public var sender: Sender
    public var text: UnsafeRawBufferPointer

    public init(
        sessionID: UnsafeRawBufferPointer, timestamp: Timestamp, sender: Sender, text: UnsafeRawBufferPointer
    ) {
        self.sessionID = sessionID
        self.timestamp = timestamp
        self.sender = sender
        self.text = text
    }
}

/// Decodes lines with simdjson. Used by one thread or task at a time; keeps its buffers from line to line.
public final class MessageDecoder {
    /// Bytes that must be readable behind every line.
    public static let padding = Int(CSJ_PADDING)

    private let decoder: OpaquePointer
    private var message = csj_message()

    public init() {
        guard let decoder = csj_decoder_create() else {
            // A few hundred bytes at start-up: without them nothing else could run either.
            fatalError("no memory for a JSON decoder")
        }
        self.decoder = decoder
    }

    deinit { csj_decoder_destroy(decoder) }

    /// Decodes one line. ``padding`` bytes behind it must be readable.
    ///
    /// - Throws: ``Rejection``, the reason why the line isn't a message.
    public func decode(_ line: UnsafeRawBufferPointer) throws(Rejection) -> DecodedMessage {
        guard let start = line.baseAddress, line.count > 0 else { throw .empty }
        let status = csj_decode(decoder, start.assumingMemoryBound(to: CChar.self), line.count, &message)
        switch status {
        case CSJ_OK: break
        case CSJ_NUMBER_RANGE: try decodeSlowly(line)
        case CSJ_NOT_AN_OBJECT: throw .notAnObject
        case CSJ_MISSING_FIELD: throw .missing(field)
        case CSJ_NOT_A_STRING: throw .notAString(field)
        default: throw .invalidJSON(message.detail.map { String(cString: $0) } ?? "unreadable")
        }
        let (session, time, sender, text) = message.fields
        guard session.length > 0 else { throw .emptySessionID }
        guard let timestamp = Timestamp(time.bytes) else { throw .badTimestamp(time.string) }
        guard let knownSender = Sender(sender.bytes) else { throw .unknownSender(sender.string) }
        return DecodedMessage(
            sessionID: session.bytes, timestamp: timestamp, sender: knownSender, text: text.bytes)
    }

    private var field: Rejection.Field { Rejection.Field(rawValue: Int(message.field.rawValue)) ?? .message }

    /// simdjson refuses numbers beyond 64 bits although JSON allows them, and an ignored field may hold one.
    /// Foundation's decoder doesn't look at the value of a field that nobody asks for: the four fields alone, written
    /// anew, then go the usual way.
    private func decodeSlowly(_ line: UnsafeRawBufferPointer) throws(Rejection) {
        struct Line: Codable {
            let session_id: String
            let timestamp: String
            let sender: String
            let message: String
        }
        var clean: [UInt8]
        do {
            clean = [UInt8](try JSONEncoder().encode(JSONDecoder().decode(Line.self, from: Data(line))))
        } catch DecodingError.keyNotFound(let key, _) {
            throw .missing(Rejection.Field(named: key.stringValue))
        } catch DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context) {
            guard let key = context.codingPath.first else { throw .notAnObject }
            throw .notAString(Rejection.Field(named: key.stringValue))
        } catch {
            throw .invalidJSON("a number that can't be read, or other damage near one")
        }
        let length = clean.count
        clean.append(contentsOf: repeatElement(0, count: Self.padding))
        let status = clean.withUnsafeBytes { bytes in
            csj_decode(decoder, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), length, &message)
        }
        guard status == CSJ_OK else { throw .invalidJSON("unreadable") }
    }
}

extension csj_view {
    fileprivate var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: start, count: length) }
    fileprivate var string: String { String(decoding: bytes, as: UTF8.self) }
}

extension Rejection.Field {
    fileprivate init(named name: String) {
        switch name {
        case "session_id": self = .session_id
        case "timestamp": self = .timestamp
        case "sender": self = .sender
        default: self = .message
        }
    }
}

extension Sender {
    fileprivate init?(_ text: UnsafeRawBufferPointer) {
        if text.elementsEqual("rm".utf8) {
            self = .rm
        } else if text.elementsEqual("customer".utf8) {
            self = .customer
        } else {
            return nil
        }
    }
}
