/// From one line of input to the four fields of a message.
import Bytes
import CSimdJSON
import Glibc

/// The fields of one message, as views that live until the decoder's next line, and no longer than the line does.
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
    /// A session's id has at most so many bytes: it stands several times in each of its records, and once more for each
    /// entry that one replaces.
    public static let longestSessionID = 1024
    /// A text has at most so many bytes when it stands in an entry's JSON: as many as a window of many messages at most has,
    /// since what takes six bytes for each of its own can be no longer than such a window.
    public static let largestText = 6 * largestUnescaped
    /// No text of so few bytes becomes too large.
    private static let largestUnescaped = 8 << 20

    private let decoder: OpaquePointer
    private var day = DayRead()
    /// The last line that had to be mended.
    private var mended = UnsafeMutableRawBufferPointer(start: nil, count: 0)

    public convenience init() { self.init(csj_decoder_create(nil)) }

    /// - Parameter paths: where the fields stand, by ``Rejection/Field``; see ``FieldMapping``.
    convenience init(paths: [String]) {
        let copies = paths.map { strdup($0) }
        defer { for copy in copies { free(copy) } }
        self.init(csj_decoder_create(copies.map { UnsafePointer($0) }))
    }

    private init(_ decoder: OpaquePointer?) {
        guard let decoder else {
            // A few hundred bytes at start-up: without them nothing else could run either.
            fatalError("no memory for a JSON decoder")
        }
        self.decoder = decoder
    }

    deinit {
        csj_decoder_destroy(decoder)
        mended.deallocate()
    }

    /// Decodes one line. ``padding`` bytes behind it must be readable.
    ///
    /// - Throws: ``Rejection``, the reason why the line isn't a message.
    public func decode(_ line: UnsafeRawBufferPointer) throws(Rejection) -> DecodedMessage {
        guard let start = line.baseAddress, line.count > 0 else { throw .empty }
        var message = csj_message()
        var status = csj_decode(decoder, start.assumingMemoryBound(to: CChar.self), line.count, &message)
        if status != CSJ_OK { status = try mend(line, status, &message) }
        switch status {
        case CSJ_OK: break
        case CSJ_NOT_AN_OBJECT: throw .notAnObject
        case CSJ_MISSING_FIELD: throw .missing(message.missing)
        case CSJ_NOT_A_STRING: throw .notAString(message.missing)
        default: throw .invalidJSON(message.detail.map { String(cString: $0) } ?? "unreadable")
        }
        let (session, time, sender, text) = message.fields
        guard session.length > 0 else { throw .emptySessionID }
        guard session.length <= Self.longestSessionID else { throw .longSessionID(session.length) }
        guard let timestamp = Timestamp(time.bytes, after: &day) ?? Timestamp(lenient: time.bytes) else {
            throw .badTimestamp(time.beginning)
        }
        guard let knownSender = Sender(sender.bytes) else { throw .unknownSender(sender.beginning) }
        if text.length > Self.largestUnescaped {
            let size = ByteWriter.quotedSize(text.bytes)
            guard size <= Self.largestText else { throw .longText(size) }
        }
        return DecodedMessage(
            sessionID: session.bytes, timestamp: timestamp, sender: knownSender, text: text.bytes)
    }

    /// Calls `body` with the fields that a line has, in their order, and the text that each holds; nil where it holds none.
    ///
    /// - Returns: whether the line is an object.
    func withFields(
        of line: UnsafeRawBufferPointer, _ body: (Rejection.Field, UnsafeRawBufferPointer?) -> Void
    ) -> Bool {
        var message = csj_message()
        guard let start = line.baseAddress, line.count > 0,
            case let first = csj_decode(decoder, start.assumingMemoryBound(to: CChar.self), line.count, &message),
            let status = try? mend(line, first, &message),
            status == CSJ_OK || status == CSJ_MISSING_FIELD || status == CSJ_NOT_A_STRING
        else { return false }
        for field in Rejection.Field.allCases {
            let (view, isPresent) = message.view(of: field)
            if isPresent { body(field, view.start == nil ? nil : view.bytes) }
        }
        return true
    }

    /// Reads a line again, mended, where that may help.
    @inline(never)
    private func mend(
        _ line: UnsafeRawBufferPointer, _ first: csj_status, _ message: inout csj_message
    ) throws(Rejection) -> csj_status {
        var status = first
        guard [CSJ_INVALID_TEXT, CSJ_NUMBER_RANGE, CSJ_INVALID_JSON].contains(status) else { return status }
        var text = Array(line)
        if status != CSJ_INVALID_TEXT, case let plain = JSONMending.mended(line, .numbers), plain != text {
            // What Python writes for numbers that aren't any becomes null.
            text = plain
            status = decode(again: text, &message)
        }
        // A line may have both, and only the first is told.
        for _ in 0..<3 {
            if status == CSJ_INVALID_TEXT {
                // Halves of surrogate pairs, and bytes that aren't UTF-8, become U+FFFD.
                text = JSONMending.mended(text, .unicode)
                status = decode(again: text, &message)
            } else if status == CSJ_NUMBER_RANGE {
                status = try decodeLargeNumbers(text, &message)
            }
        }
        return status
    }

    /// simdjson refuses numbers beyond 64 bits although JSON allows them, and an ignored field may hold one. The line is read with
    /// zeros for all its numbers, and then with texts for such: a session's id may be one, and a message is none.
    private func decodeLargeNumbers(
        _ line: [UInt8], _ message: inout csj_message
    ) throws(Rejection) -> csj_status {
        let texts = JSONNumbers.replaced(in: line) { number in
            JSONNumbers.fits(number) ? Array(number) : [UInt8(ascii: "\"")] + number + [UInt8(ascii: "\"")]
        }
        guard let texts, let zeros = JSONNumbers.replaced(in: line, with: { _ in [UInt8(ascii: "0")] }) else {
            throw .invalidJSON("a number isn't written as JSON wants")
        }
        var typed = csj_message()
        let status = decode(again: zeros, &typed)
        guard status == CSJ_OK || status == CSJ_MISSING_FIELD || status == CSJ_NOT_A_STRING else {
            message = typed
            return status
        }
        _ = decode(again: texts, &message)
        if typed.fields.2.start == nil { message.fields.2 = typed.fields.2 }
        if typed.fields.3.start == nil { message.fields.3 = typed.fields.3 }
        message.field = typed.field
        return status
    }

    /// Reads a line again, in another form.
    private func decode(again line: [UInt8], _ message: inout csj_message) -> csj_status {
        // Fields may point into it until the next line.
        mended.deallocate()
        mended = .allocate(byteCount: line.count + Self.padding, alignment: 64)
        mended.copyBytes(from: line)
        return csj_decode(decoder, mended.baseAddress?.assumingMemoryBound(to: CChar.self), line.count, &message)
    }
}

extension UnsafeRawBufferPointer {
    @inline(__always)
    fileprivate func isEqual(to name: StaticString) -> Bool {
        count == name.utf8CodeUnitCount && baseAddress.map { memcmp($0, name.utf8Start, count) == 0 } ?? false
    }
}

extension csj_message {
    /// What a field holds, and whether it is there.
    fileprivate func view(of field: Rejection.Field) -> (csj_view, Bool) {
        switch field {
        case .session_id: (fields.0, present.0 != 0)
        case .timestamp: (fields.1, present.1 != 0)
        case .sender: (fields.2, present.2 != 0)
        case .message: (fields.3, present.3 != 0)
        }
    }

    /// The field that is missing, or isn't a string.
    fileprivate var missing: Rejection.Field { Rejection.Field(rawValue: Int(field.rawValue)) ?? .message }
}

extension csj_view {
    fileprivate var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: start, count: length) }

    /// What a reason needs to know of a text that may have megabytes.
    fileprivate var beginning: String { String(decoding: bytes.prefix(Rejection.shownBytes), as: UTF8.self) }
}

extension Sender {
    /// With white space around it, a sender isn't longer, in bytes.
    static let longestShown = 64

    @inline(__always)
    fileprivate init?(_ text: UnsafeRawBufferPointer) {
        if text.isEqual(to: "rm") {
            self = .rm
        } else if text.isEqual(to: "customer") {
            self = .customer
        } else {
            self.init(shown: text)
        }
    }

    /// As it is shown: in any case, with white space around it.
    @inline(never)
    private init?(shown text: UnsafeRawBufferPointer) {
        guard text.count <= Self.longestShown else { return nil }
        self.init(normalized: Self.normalized(String(decoding: text, as: UTF8.self)))
    }

    /// A sender as it is shown, in any case and with white space around it, as it is compared.
    static func normalized(_ text: String) -> String {
        text.lowercased().split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    init?(normalized name: String) {
        switch name {
        case "rm": self = .rm
        case "customer": self = .customer
        default: return nil
        }
    }
}
