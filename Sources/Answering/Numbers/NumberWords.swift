/// Numbers written in English words.

/// `twelve`, `twenty-five`, `two hundred and fifty thousand`.
enum NumberWords {
    private static let small: [String: Int] = [
        "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
        "ten": 10,
        "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17,
        "eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60,
        "seventy": 70,
        "eighty": 80, "ninety": 90,
    ]
    private static let scales = ["thousand": 1_000, "million": 1_000_000, "billion": 1_000_000_000]
    /// A number has so many words at most.
    private static let mostWords = 12

    /// The number that begins at a place, where it ends, and whether it is so large that it is an amount; nil where none begins.
    static func read(_ text: NumberText, at start: Int) -> (value: Int, isLarge: Bool, end: Int)? {
        // What is before `thousand`, and so on; what is behind it; and by how much the next word may add to that.
        var (total, part, room) = (0, 0, 1_000)
        var lastScale = Int.max
        var (place, end) = (start, start)
        for count in 0..<mostWords {
            let word = text.word(at: place)
            if let value = small[word.text], value < room, count == 0 || value > 0 {
                part += value
                room = value >= 20 ? 10 : 0
            } else if word.text == "hundred", part < 10, count == 0 || part > 0 {
                part = max(1, part) * 100
                room = 100
            } else if let scale = scales[word.text], scale < lastScale, count == 0 || part > 0 {
                total += max(1, part) * scale
                (part, room, lastScale) = (0, 1_000, scale)
            } else if word.text != "and" || count == 0 || room < 100 {
                break
            }
            if word.text != "and" { end = word.end }
            place = word.end
            guard text.skipBlank(at: &place) || text.skip(UInt8(ascii: "-"), at: &place) else { break }
        }
        return end > start ? (total + part, total + part >= 100, end) : nil
    }
}
