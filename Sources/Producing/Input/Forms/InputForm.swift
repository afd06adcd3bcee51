/// Files that aren't JSON lines, made into some.

/// How an input is written. What isn't JSON lines in UTF-8 is made so on its way to a temporary file.
struct InputForm: Hashable, CustomStringConvertible {
    enum Encoding: String {
        case utf8 = "UTF-8"
        case utf16LittleEndian = "UTF-16, little-endian"
        case utf16BigEndian = "UTF-16, big-endian"
    }

    enum Shape: String {
        case lines = "JSON lines"
        /// An array, or objects in a row, on one line or laid out over many.
        case values = "JSON values"
        case table = "CSV"
    }

    var encoding = Encoding.utf8
    var shape = Shape.lines

    static let plain = InputForm()

    var description: String { encoding == .utf8 ? shape.rawValue : "\(shape.rawValue) in \(encoding.rawValue)" }

    /// So many bytes at an input's beginning say how it is written.
    static let looked = 64 << 10

    /// - Parameters:
    ///   - beginning: of the input.
    ///   - isWhole: the input has no more, or is looked at no further.
    ///   - keys: what a message's fields are called.
    /// - Returns: nil where more is needed to tell.
    init?(of beginning: UnsafeRawBufferPointer, isWhole: Bool, keys: Set<String>) {
        encoding = Self.encoding(of: beginning)
        var decoder = TextDecoder(encoding)
        var text = decoder.decode(beginning)
        if text.starts(with: [0xEF, 0xBB, 0xBF]) { text.removeFirst(3) }
        guard let shape = Self.shape(of: text[...], isWhole: isWhole, keys: keys) else { return nil }
        self.shape = shape
    }

    private init() {}

    private static func encoding(of bytes: UnsafeRawBufferPointer) -> Encoding {
        switch (bytes.first, bytes.dropFirst().first) {
        case (0xFF, 0xFE): return .utf16LittleEndian
        case (0xFE, 0xFF): return .utf16BigEndian
        default: break
        }
        // Without a mark: every other byte of ASCII is zero.
        let pairs = stride(from: 0, to: min(bytes.count, 64) - 1, by: 2)
        guard bytes.count >= 8 else { return .utf8 }
        if pairs.allSatisfy({ bytes[$0] != 0 && bytes[$0 + 1] == 0 }) { return .utf16LittleEndian }
        if pairs.allSatisfy({ bytes[$0] == 0 && bytes[$0 + 1] != 0 }) { return .utf16BigEndian }
        return .utf8
    }

    private static func shape(of text: ArraySlice<UInt8>, isWhole: Bool, keys: Set<String>) -> Shape? {
        let rest = text.drop { $0 <= 0x20 }
        guard let first = rest.first else { return isWhole ? .lines : nil }
        let end = rest.firstIndex { $0 == 0x0A || $0 == 0x0D }
        guard end != nil || isWhole else { return nil }
        let line = rest[..<(end ?? rest.endIndex)]
        let next = rest[line.endIndex...].drop { $0 <= 0x20 }
        switch first {
        case UInt8(ascii: "["):
            // An array of objects; one that is whole with an object on the next line is a line that is no message.
            let inside = rest.dropFirst().first { $0 > 0x20 }
            guard inside != nil || isWhole else { return nil }
            let isLine = line.last { $0 > 0x20 } == UInt8(ascii: "]") && next.first == UInt8(ascii: "{")
            return inside == UInt8(ascii: "{") && !isLine ? .values : .lines
        case UInt8(ascii: "{"):
            var rows = JSONRows()
            let objects = rows.process(line).count { $0 == 0x0A }
            // A carriage return alone ends no line.
            let hasOldEnds = end.map {
                rest[$0] == 0x0D && next.first == first && !rest[$0..<next.startIndex].contains(0x0A)
            }
            if !rows.isInside {
                // A mark stands before each object (https://www.rfc-editor.org/rfc/rfc7464), or a comma behind it.
                guard let hasCommas = hasCommas(line, next, isWhole: isWhole) else { return nil }
                let isMarked = hasCommas || text[..<rest.startIndex].contains(0x1E)
                return !isMarked && hasOldEnds != true && (objects == 1 || hasLines(rest)) ? .lines : .values
            }
            // An object that goes on behind the line's end is laid out; where the next line begins anew, this one is cut off.
            guard !next.isEmpty || isWhole else { return nil }
            return end == nil || next.first == UInt8(ascii: "{") && line.count > 2 || hasLines(rest) ? .lines : .values
        default:
            if CSVRows.isSeparatorLine(line), end != nil {
                return shape(of: rest[line.endIndex...], isWhole: isWhole, keys: keys)
            }
            return CSVRows.isHeader(line, keys: keys) ? .table : .lines
        }
    }

    /// Whether a line ends with a comma, and the next one does or is the last: they are the inside of an array.
    ///
    /// - Returns: nil where more is needed to tell.
    private static func hasCommas(_ line: ArraySlice<UInt8>, _ next: ArraySlice<UInt8>, isWhole: Bool) -> Bool? {
        let comma = UInt8(ascii: ",")
        guard line.last(where: { $0 > 0x20 }) == comma else { return false }
        guard let end = next.firstIndex(where: { $0 == 0x0A || $0 == 0x0D }) else { return isWhole ? true : nil }
        return next[..<end].last { $0 > 0x20 } == comma || isWhole && next[end...].allSatisfy { $0 <= 0x20 }
    }

    /// Whether more lines are an object, by itself and from the line's beginning, than aren't.
    private static func hasLines(_ text: ArraySlice<UInt8>) -> Bool {
        let lines = text.split { $0 == 0x0A || $0 == 0x0D }
        let whole = lines.count { line in
            var rows = JSONRows()
            guard line.first == UInt8(ascii: "{") else { return false }
            return rows.process(line).count { $0 == 0x0A } == 1 && !rows.isInside
        }
        return whole * 2 > lines.count
    }
}
