/// Writes JSON straight into bytes.
import Bytes
import Chat

/// Writes JSON on one line, without reflection or intermediate values: entries are written at the speed of the stream.
public struct JSONWriter: ~Copyable {
    private var bytes = ByteWriter()
    private var needsComma = false
    /// Texts of the times written last.
    private var minutes = MinuteTexts()
    /// The same for the times of records, which are others than those inside.
    private var recordMinutes = MinuteTexts()
    /// Strings that are put together, one at a time.
    private var parts = ByteWriter(capacity: 256)
    private let escapes: JSONEscapes
    /// What records say of the release that publishes them, with its comma; empty: nothing.
    private var release = ByteWriter()

    /// - Parameters:
    ///   - escapes: as they were where something is to be written that has been written before.
    ///   - release: that publishes the records which are written; nil: it isn't said.
    public init(escapes: JSONEscapes = .terminalControls, release: String? = nil) {
        self.escapes = escapes
        guard let release else { return }
        self.release.append(",\"release\":" as StaticString)
        parts.append(release)
        Self.append(parts, quotedTo: &self.release, escapes)
    }

    /// Forgets what was written and keeps the room.
    public mutating func clear() {
        bytes.clear()
        needsComma = false
    }

    /// Ends the line; what follows is a value of its own.
    public mutating func endLine() {
        bytes.append(UInt8(ascii: "\n"))
        needsComma = false
    }

    /// How many bytes have been written.
    public var count: Int { bytes.count }

    /// Calls `body` with what was written, valid only for the call.
    public borrowing func withBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
        try bytes.withBytes(body)
    }

    /// What was written, as a value of its own; the writer is empty afterwards.
    public mutating func finish() -> SharedBytes {
        needsComma = false
        return bytes.finish()
    }

    /// What `body` writes.
    public static func bytes(_ body: (inout JSONWriter) -> Void) -> [UInt8] {
        var json = JSONWriter()
        body(&json)
        return json.withBytes { Array($0) }
    }

    // MARK: Structure

    @inline(__always)
    public mutating func object(_ body: (inout JSONWriter) -> Void) {
        open(UInt8(ascii: "{"))
        body(&self)
        close(UInt8(ascii: "}"))
    }

    @inline(__always)
    public mutating func array(_ body: (inout JSONWriter) -> Void) {
        open(UInt8(ascii: "["))
        body(&self)
        close(UInt8(ascii: "]"))
    }

    /// Writes JSON as it stands: what is the same in every record is written in one piece. What follows is written
    /// without a comma.
    @inline(__always)
    mutating func verbatim(_ json: StaticString) {
        bytes.append(json)
        needsComma = false
    }

    /// Writes which release publishes a record, as a member of it with its comma.
    @inline(__always)
    mutating func memberOfRelease() { release.withBytes { bytes.append($0) } }

    /// Writes an element that `body` writes whole, brackets included.
    @inline(__always)
    mutating func element(_ body: (inout JSONWriter) -> Void) {
        comma()
        needsComma = false
        body(&self)
        needsComma = true
    }

    @inline(__always)
    private mutating func open(_ bracket: UInt8) {
        comma()
        bytes.append(bracket)
        needsComma = false
    }

    @inline(__always)
    private mutating func close(_ bracket: UInt8) {
        bytes.append(bracket)
        needsComma = true
    }

    @inline(__always)
    private mutating func comma() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        needsComma = true
    }

    /// Writes a key; the value follows. Keys are the program's own and need no escaping.
    @inline(__always)
    public mutating func key(_ name: StaticString) {
        comma()
        bytes.append(UInt8(ascii: "\""))
        bytes.append(name)
        bytes.append("\":")
        needsComma = false
    }

    // MARK: Values

    @inline(__always)
    public mutating func value(_ number: some BinaryInteger) {
        comma()
        bytes.appendDecimal(number)
    }

    /// Writes a number that isn't negative, with one decimal.
    mutating func value(tenths: Int) {
        comma()
        bytes.appendDecimal(tenths / 10)
        bytes.append(UInt8(ascii: "."))
        bytes.appendDecimal(tenths % 10)
    }

    public mutating func value(_ flag: Bool) {
        comma()
        bytes.append(flag ? "true" : "false" as StaticString)
    }

    public mutating func null() {
        comma()
        bytes.append("null")
    }

    public mutating func value(_ time: Timestamp) {
        comma()
        Self.append(time, &minutes, to: &bytes)
    }

    /// Writes the time at which a record is made.
    mutating func value(recordTime time: Timestamp) {
        comma()
        Self.append(time, &recordMinutes, to: &bytes)
    }

    @inline(__always)
    private static func append(_ time: Timestamp, _ minutes: inout MinuteTexts, to bytes: inout ByteWriter) {
        bytes.append(UInt8(ascii: "\""))
        time.write(to: &bytes, minutes: &minutes)
        bytes.append(UInt8(ascii: "\""))
    }

    @inline(__always)
    public mutating func value(_ name: StaticString) {
        comma()
        bytes.append(UInt8(ascii: "\""))
        bytes.append(name)
        bytes.append(UInt8(ascii: "\""))
    }

    public mutating func value(_ text: String) {
        text.withBytes { value(utf8: $0) }
    }

    /// Writes a string that is put together from parts.
    mutating func value(_ write: (inout ByteWriter) -> Void) {
        comma()
        parts.clear()
        write(&parts)
        Self.append(parts, quotedTo: &bytes, escapes)
    }

    private static func append(
        _ parts: borrowing ByteWriter, quotedTo bytes: inout ByteWriter, _ escapes: JSONEscapes
    ) {
        parts.withBytes { bytes.append(quoted: $0, escapes) }
    }

    /// Writes a string whose bytes are valid UTF-8.
    public mutating func value(utf8 text: UnsafeRawBufferPointer) {
        comma()
        bytes.append(quoted: text, escapes)
    }
}

// MARK: Key and value at once

extension JSONWriter {
    @inline(__always)
    public mutating func field(_ name: StaticString, _ value: some BinaryInteger) {
        key(name)
        self.value(value)
    }

    public mutating func field(_ name: StaticString, _ value: Bool) {
        key(name)
        self.value(value)
    }

    public mutating func field(_ name: StaticString, _ value: String) {
        key(name)
        self.value(value)
    }

    @inline(__always)
    public mutating func field(_ name: StaticString, _ value: StaticString) {
        key(name)
        self.value(value)
    }

    public mutating func field(_ name: StaticString, _ value: Timestamp) {
        key(name)
        self.value(value)
    }

    /// `null` where there is no value: readers find every key in every entry.
    public mutating func field(_ name: StaticString, _ value: String?) {
        key(name)
        if let value { self.value(value) } else { null() }
    }

    /// `null` where there is no value.
    public mutating func field(_ name: StaticString, _ value: Int?) {
        key(name)
        if let value { self.value(value) } else { null() }
    }

    public mutating func field(_ name: StaticString, _ value: Timestamp?) {
        key(name)
        if let value { self.value(value) } else { null() }
    }

    public mutating func field(_ name: StaticString, _ values: [String]) {
        key(name)
        array { json in for value in values { json.value(value) } }
    }

    /// A number with one decimal.
    mutating func field(_ name: StaticString, tenths: Int) {
        key(name)
        value(tenths: tenths)
    }
}
