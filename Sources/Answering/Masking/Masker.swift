/// Putting placeholders in the place of values.

extension MaskKind {
    /// A text on its own, which no model is to see, with placeholders in the place of what is of some kinds.
    public static func mask(_ kinds: [MaskKind], in text: String) -> String {
        guard !kinds.isEmpty else { return text }
        var masker = Masker(Set(kinds))
        return masker.mask(text)
    }
}

/// Masks the texts that go into one question, one after the other. The same value has the same placeholder in all of them.
struct Masker {
    let kinds: Set<MaskKind>
    /// Those of the session.
    private(set) var numbers: PlaceholderNumbers
    /// What the placeholders stand for that are in the texts masked so far, as it was first written there.
    private(set) var values: [Placeholder: String] = [:]

    init(_ kinds: Set<MaskKind>, numbers: PlaceholderNumbers = PlaceholderNumbers()) {
        self.kinds = kinds
        self.numbers = numbers
    }

    /// The kinds of which there was something, in the order of their declaration.
    var found: [MaskKind] {
        let found = Set(values.keys.compactMap(\.kind))
        return MaskKind.allCases.filter(found.contains)
    }

    /// The text with placeholders in it. Text that looks like a placeholder is replaced by one, too: whoever writes `[IBAN-1]`
    /// gets that back, and nobody's number.
    mutating func mask(_ text: String) -> String {
        let folded = FoldedText(text)
        var scanner = MaskScanner(folded, for: kinds)
        var masked: [UInt8] = []
        var done = 0
        while let finding = scanner.next() {
            let placeholder = numbers.placeholder(for: finding.value, of: finding.kind)
            if values[placeholder] == nil { values[placeholder] = folded.written(finding.range) }
            let places = folded.places(of: finding.range)
            masked += folded.utf8(done..<places.lowerBound)
            masked += placeholder.description.utf8
            done = places.upperBound
        }
        guard done > 0 else { return text }
        masked += folded.utf8(done..<folded.size)
        return String(decoding: masked, as: UTF8.self)
    }
}
