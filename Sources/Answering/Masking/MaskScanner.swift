/// Finding what is to be masked.

/// Goes through a text once, from its beginning to its end, and finds what is of the kinds wanted. At each place little is looked
/// at, whatever stands there, so the time is in proportion to the text's size.
struct MaskScanner {
    /// Something that is to be masked.
    struct Finding {
        /// nil: text that looks like a placeholder.
        let kind: MaskKind?
        /// In the folded text.
        let range: Range<Int>
        /// The same for the same thing, however it is written.
        let value: String
    }

    private let text: FoldedText
    private let kinds: Set<MaskKind>
    private var place = 0
    /// Where the last finding ends.
    private var previous = 0
    private var addresses = EmailAddress()

    init(_ text: FoldedText, for kinds: Set<MaskKind>) {
        self.text = text
        self.kinds = kinds
    }

    mutating func next() -> Finding? {
        while place < text.bytes.count {
            if let finding = finding(at: place) {
                place = finding.range.upperBound
                previous = place
                return finding
            }
            place += 1
        }
        return nil
    }

    /// The first kind of which something begins at a place, those first that are surest.
    private mutating func finding(at start: Int) -> Finding? {
        let bytes = text.bytes
        let byte = bytes[start]
        guard byte.isWord || "[\\+(".utf8.contains(byte) else { return nil }
        if case .placeholder(_, let end) = Placeholder.read(bytes, at: start, isWhole: true) {
            return Finding(kind: nil, range: start..<end, value: text.written(start..<end))
        }
        if kinds.contains(.url), let end = WebAddress.match(bytes, at: start) {
            return Finding(kind: .url, range: start..<end, value: text.written(start..<end))
        }
        if kinds.contains(.email), let end = addresses.match(bytes, at: start) {
            return Finding(kind: .email, range: start..<end, value: text.written(start..<end).lowercased())
        }
        if kinds.contains(.iban), let found = IBAN.match(bytes, at: start) {
            return Finding(kind: .iban, range: start..<found.end, value: found.value)
        }
        if kinds.contains(.card), let found = PaymentCard.match(bytes, at: start) {
            return Finding(kind: .card, range: start..<found.end, value: found.value)
        }
        if kinds.contains(.id), let found = NationalID.match(bytes, at: start) {
            return Finding(kind: .id, range: start..<found.end, value: found.value)
        }
        if kinds.contains(.ip), let end = IPAddress.match(bytes, at: start) {
            return Finding(kind: .ip, range: start..<end, value: text.written(start..<end).lowercased())
        }
        if kinds.contains(.phone), let found = PhoneNumber.match(bytes, at: start, behind: previous) {
            return Finding(kind: .phone, range: start..<found.end, value: found.value)
        }
        return nil
    }
}
