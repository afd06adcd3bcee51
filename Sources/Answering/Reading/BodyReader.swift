/// An answer's body, whatever its form.
import NIOCore

/// What stands in the body of an answer.
enum BodyEvent {
    case value(JSONValue, isError: Bool = false)
    /// A server's words for what is wrong, outside of any JSON.
    case problem(ServerText)
    /// `[DONE]`.
    case done
}

/// Reads server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html), lines of JSON, and JSON that is
/// laid out over lines; which of these it is shows as it comes. Comments, names of events and data without anything in it are
/// passed over. Pure: bytes go in, events come out.
struct BodyReader {
    /// So much of what can't be read is kept, to say what it was.
    private static let keptOther = 200

    private var lines = LineReader()
    private var splitter = JSONSplitter()
    private var isErrorEvent = false
    /// The event's name says that it is no part of an answer.
    private var isAside = false
    /// The JSON that has begun is an event's data.
    private var isInsideData = false
    /// There was JSON before.
    private var hasValues = false
    /// The beginning of what is neither an event nor JSON.
    private(set) var other = ""

    /// Takes a piece of the body, to be read by ``next()``.
    ///
    /// - Throws: ``ModelFailure`` where it can't be an answer.
    mutating func append(_ part: inout ByteBuffer) throws(ModelFailure) { try lines.append(&part) }

    /// What stands on the next line that is whole; nil where there is none.
    ///
    /// - Throws: ``ModelFailure`` where it can't be an answer.
    mutating func next() throws(ModelFailure) -> [BodyEvent]? {
        guard let line = lines.next() else { return nil }
        return try read(line)
    }

    /// The body has come to its end.
    mutating func end() throws(ModelFailure) -> [BodyEvent] {
        let events = try lines.rest().map { line throws(ModelFailure) in try read(line) } ?? []
        guard !splitter.isInside else { throw .unreadable("it ends in the middle of its JSON") }
        return events
    }

    private mutating func read(_ line: ByteBufferView) throws(ModelFailure) -> [BodyEvent] {
        var line = line
        if line.starts(with: [0xEF, 0xBB, 0xBF]) { line = line.dropFirst(3) }
        if line.allSatisfy({ $0 == 0x20 || $0 == 0x09 }) {
            // The end of an event. JSON that is laid out may have empty lines, too.
            guard !(splitter.isInside && isInsideData) else { throw Self.damaged }
            (isErrorEvent, isAside) = (false, false)
            return []
        }
        if Self.isDone(line) { return [.done] }
        guard var (name, content) = Self.field(line) else { return try readJSON(line, isError: false, isData: false) }
        switch name {
        case "data":
            // Gateways that pass on events as they are put them into events of their own.
            if let (inner, rest) = Self.field(content), inner == "data" { (name, content) = (inner, rest) }
            if Self.isDone(content) { return [.done] }
            return isAside ? [] : try readJSON(content, isError: isErrorEvent, isData: true)
        case "event":
            isErrorEvent = String(decoding: content, as: UTF8.self).lowercased() == "error"
            // Words for a reader, if anything, and no part of an answer.
            isAside = ["status", "warning", "ping", "progress"].contains { content.elementsEqual($0.utf8) }
            return []
        case "error":
            // llama.cpp's server had this field.
            if let value = JSONValue(content) { return [.value(value, isError: true)] }
            return [.problem(ServerText(String(decoding: content, as: UTF8.self)))]
        // A piece of an answer that became a comment on its way was none.
        case "" where JSONValue(content)?["choices"] != nil: throw .unreadable("a piece of it is a comment")
        default: return []
        }
    }

    /// Reads what should be JSON.
    ///
    /// - Parameter isData: it is an event's data. Words in it without any JSON are passed over: some servers send them to keep
    ///   the connection alive.
    private mutating func readJSON(
        _ text: ByteBufferView, isError: Bool, isData: Bool
    ) throws(ModelFailure) -> [BodyEvent] {
        // What is whole by itself begins anew, whatever was begun before.
        if splitter.isInside, text.first == UInt8(ascii: "{"), JSONValue(text) != nil { throw Self.damaged }
        isInsideData = isData
        let (values, hasOther) = try splitter.append(text)
        if hasOther {
            try readOther(text, isError: isError, isData: isData)
            return isError ? [.problem(ServerText(String(decoding: text, as: UTF8.self)))] : []
        }
        hasValues = hasValues || !values.isEmpty
        return try values.map { value throws(ModelFailure) in
            guard let json = JSONValue(value) else { throw Self.damaged }
            return .value(json, isError: isError)
        }
    }

    /// Passes over what is no JSON, but for what looks as if it had been some.
    private mutating func readOther(_ text: ByteBufferView, isError: Bool, isData: Bool) throws(ModelFailure) {
        let isPage = !isData && text.first { $0 > 0x20 } == UInt8(ascii: "<")
        let looksLikeJSON = text.contains { $0 == UInt8(ascii: "{") || $0 == UInt8(ascii: "\"") }
        // A proxy may write what is wrong into the answer that it passes on.
        let words = String(decoding: text.prefix(Self.keptOther), as: UTF8.self).lowercased()
        if hasValues && !isError, Self.troubles.contains(where: words.contains) { throw Self.damaged }
        guard isError || isPage || !looksLikeJSON || JSONValue(text) != nil else { throw Self.damaged }
        if !isData && !isError { keep(text) }
    }

    private static let troubles = [
        "error", "<html", "<!doctype", "unavailable", "bad gateway", "timed out", "timeout", "refused", "exceeded",
        "failed", "aborted",
    ]

    /// Some write it in quotes, or in small letters.
    private static func isDone(_ text: ByteBufferView) -> Bool {
        text.count <= 8
            && text.filter { $0 != UInt8(ascii: "\"") }.elementsEqual("[DONE]".utf8) { $0.lowercased == $1.lowercased }
    }

    private static let damaged = ModelFailure.unreadable("a piece of it is damaged")

    private mutating func keep(_ text: ByteBufferView) {
        guard other.utf8.count < Self.keptOther else { return }
        other += (other.isEmpty ? "" : " ") + String(decoding: text.prefix(Self.keptOther), as: UTF8.self)
    }

    /// The name and the content of a line of an event; nil where it is none. A comment's name is empty.
    private static func field(_ line: ByteBufferView) -> (name: String, content: ByteBufferView)? {
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else {
            let name = String(decoding: line, as: UTF8.self)
            return names.contains(name) ? (name, line.suffix(0)) : nil
        }
        let name = String(decoding: line[..<colon].prefix(8), as: UTF8.self)
        guard names.contains(name), colon - line.startIndex <= 8 else { return nil }
        var content = line[(colon + 1)...]
        while content.first == 0x20 { content = content.dropFirst() }
        while content.last == 0x20 { content = content.dropLast() }
        return (name, content)
    }

    private static let names: Set<String> = ["", "data", "event", "id", "retry", "error"]
}
