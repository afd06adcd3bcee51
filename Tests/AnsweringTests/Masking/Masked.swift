/// Masking one text.
@testable import Answering

/// A text as a model would see it.
func masked(_ text: String, _ kinds: MaskKind...) -> String {
    var masker = Masker(Set(kinds))
    return masker.mask(text)
}

/// What is found in a text, in order: without what stands between the characters of a number.
func values(in text: String, _ kind: MaskKind) -> [String] {
    var scanner = MaskScanner(FoldedText(text), for: [kind])
    var values: [String] = []
    while let finding = scanner.next() { values.append(finding.value) }
    return values
}
