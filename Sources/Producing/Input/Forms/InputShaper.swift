/// An input of any form as JSON lines.

/// Makes JSON lines of an input that comes in pieces, whatever its form. Plain lines pass as they are. Pure.
struct InputShaper {
    private enum Rows {
        case lines
        case values(JSONRows)
        case table(CSVRows)
    }

    /// What has come while the form isn't known.
    private var beginning: [UInt8] = []
    private var hasLineEnd = false
    private(set) var form: InputForm?
    private var decoder = TextDecoder(.utf8)
    private var rows = Rows.lines
    private var isAtStart = true
    private let keys: Set<String>

    /// - Parameter keys: what a message's fields are called; see ``FieldMapping/keys``.
    init(keys: Set<String>) { self.keys = keys }

    /// - Returns: the lines that are there now.
    mutating func process(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
        if form == nil {
            beginning += bytes
            // Without the end of a line nothing can be told.
            hasLineEnd = hasLineEnd || bytes.contains(0x0A) || bytes.contains(0x0D)
            guard hasLineEnd || beginning.count >= InputForm.looked else { return [] }
            return begin(isWhole: beginning.count >= InputForm.looked)
        }
        return shape(decoder.decode(bytes))
    }

    /// There is no more.
    mutating func end() -> [UInt8] {
        var lines = form == nil ? begin(isWhole: true) : []
        lines += shape(decoder.end())
        switch rows {
        case .lines: return lines
        case .values(var rows): return lines + rows.end()
        case .table(var rows): return lines + rows.end()
        }
    }

    private mutating func begin(isWhole: Bool) -> [UInt8] {
        // Half a character of UTF-16 says nothing, nor do a few without a mark.
        let mayBeWide = beginning.contains(0)
        let isMarked = beginning.starts(with: [0xFF, 0xFE]) || beginning.starts(with: [0xFE, 0xFF])
        guard isWhole || !mayBeWide || beginning.count.isMultiple(of: 2) && (isMarked || beginning.count >= 8),
            let form = beginning.withUnsafeBytes({ InputForm(of: $0, isWhole: isWhole, keys: keys) })
        else { return [] }
        self.form = form
        decoder = TextDecoder(form.encoding, mayBeWindows: form.shape == .table)
        switch form.shape {
        case .lines: rows = .lines
        case .values: rows = .values(JSONRows())
        case .table: rows = .table(CSVRows())
        }
        defer { beginning = [] }
        return shape(beginning.withUnsafeBytes { decoder.decode($0) })
    }

    private mutating func shape(_ text: [UInt8]) -> [UInt8] {
        var text = text
        // A mark is no part of the text, but of plain lines, which have it taken off where they are read.
        if isAtStart, form != .plain, text.starts(with: [0xEF, 0xBB, 0xBF]) { text.removeFirst(3) }
        isAtStart = isAtStart && text.isEmpty
        switch rows {
        case .lines: return text
        case .values(var rows):
            defer { self.rows = .values(rows) }
            return rows.process(text)
        case .table(var rows):
            defer { self.rows = .table(rows) }
            return rows.process(text)
        }
    }
}
