/// Putting values back.

/// Puts values in the place of their placeholders, in an answer that comes in pieces. What may become a placeholder is held back
/// until it is one, or none. However the answer is cut into pieces, the same comes out.
///
/// A placeholder that isn't known stays as it is, and values aren't looked at again.
struct Unmasker {
    /// A placeholder takes no more, in bytes, however many invisible characters stand in it.
    private static let longest = 64
    /// Values put back into one answer take no more, in bytes: a model may write a placeholder any number of times.
    private static let mostPutBack = 256 << 10

    private let values: [Placeholder: String]
    private var held = ""
    private var room = mostPutBack
    /// The last character before what is held, as ``FoldedText`` has it.
    private var before: UInt8?

    init(_ values: [Placeholder: String]) { self.values = values }

    /// Takes the next piece.
    ///
    /// - Returns: what there is to show.
    mutating func append(_ piece: String) -> String { unmask(piece, isWhole: false) }

    /// The answer has ended.
    ///
    /// - Returns: what there still is to show.
    mutating func end() -> String { unmask("", isWhole: true) }

    /// A text that is here as a whole.
    static func unmasked(_ text: String, _ values: [Placeholder: String]) -> String {
        var unmasker = Unmasker(values)
        return unmasker.append(text) + unmasker.end()
    }

    private mutating func unmask(_ piece: String, isWhole: Bool) -> String {
        let text = FoldedText(held + piece)
        var shown: [UInt8] = []
        // Up to here it has been dealt with, in the text and in its characters.
        var (done, index) = (0, 0)
        scan: while index < text.bytes.count {
            switch Placeholder.read(text.bytes, at: index, before: before, isWhole: isWhole) {
            case .placeholder(let placeholder, let end):
                let places = text.places(of: index..<end)
                guard places.count <= Self.longest else {
                    index += 1
                    continue
                }
                if let value = values[placeholder], value.utf8.count <= room {
                    room -= value.utf8.count
                    shown += text.utf8(done..<places.lowerBound)
                    shown += value.utf8
                    done = places.upperBound
                }
                index = end
            case .unfinished where text.size - text.places(of: index..<(index + 1)).lowerBound <= Self.longest:
                break scan
            case .unfinished, .none: index += 1
            }
        }
        let end = index < text.bytes.count ? text.places(of: index..<(index + 1)).lowerBound : text.size
        shown += text.utf8(done..<end)
        held = String(decoding: text.utf8(end..<text.size), as: UTF8.self)
        if index > 0 { before = text.bytes[index - 1] }
        return String(decoding: shown, as: UTF8.self)
    }
}
