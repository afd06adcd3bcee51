/// Text as bytes, whatever the case of its ASCII letters.

extension UInt8 {
    @inline(__always)
    var lowercased: UInt8 { UInt8(ascii: "A")...UInt8(ascii: "Z") ~= self ? self | 0x20 : self }

    var isSpace: Bool { self == 0x20 || 0x09...0x0D ~= self }
}

extension String {
    /// Its bytes, ASCII letters in lower case.
    var lowercasedBytes: [UInt8] { utf8.map(\.lowercased) }
}

extension Collection<UInt8> {
    /// - Parameter mark: in lower case where this isn't.
    func startsLowercased(with mark: some Collection<UInt8>) -> Bool {
        mark.count <= count && zip(self, mark).allSatisfy { $0.lowercased == $1.lowercased }
    }
}

extension [UInt8] {
    mutating func dropLeadingSpace() { removeFirst(prefix(while: \.isSpace).count) }

    func firstRangeLowercased(of mark: [UInt8]) -> Range<Int>? { firstRange(ofAny: [mark]) }

    /// The first place of any of some marks.
    func firstRange(ofAny marks: [[UInt8]]) -> Range<Int>? {
        for index in indices {
            for mark in marks where self[index...].startsLowercased(with: mark) { return index..<(index + mark.count) }
        }
        return nil
    }
}
