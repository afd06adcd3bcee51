/// Numbers in groups.

/// Reads the letters and digits of a number, whatever groups it is written in.
struct SpacedReader {
    /// So much may stand between two characters.
    private static let mostBetween = 3

    private let text: [UInt8]
    /// Behind the last character that was read.
    private(set) var place: Int

    init(_ text: [UInt8], at place: Int) {
        self.text = text
        self.place = place
    }

    /// The next letter or digit, behind up to three spaces, line ends, dots and dashes; nil where none follows.
    mutating func next() -> UInt8? {
        var next = place
        while next - place < Self.mostBetween, let byte = text.at(next), byte.isBlank || ".-".utf8.contains(byte) {
            next += 1
        }
        guard let byte = text.at(next), byte.isDigit || byte.isLetter else { return nil }
        place = next + 1
        return byte
    }
}
