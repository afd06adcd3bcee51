/// Addresses of mailboxes.

/// `local@domain` as people write it (RFC 5321 without quotes and comments; letters of all scripts, RFC 6531): a domain of two
/// labels or more, the last of which has letters only.
struct EmailAddress {
    /// A domain is no longer (RFC 1035).
    private static let longestDomain = 255

    /// What may stand before an `@` has been read up to here, and an address ends there.
    private var read: (end: Int, addressEnd: Int?) = (0, nil)

    /// Where one that begins at a place ends. Each run of characters is read once, however many words begin in it.
    mutating func match(_ text: [UInt8], at start: Int) -> Int? {
        guard text[start].isWord, text.isBoundary(before: start) else { return nil }
        if start >= read.end {
            let end = text[start...].firstIndex { !Self.isLocal($0) } ?? text.endIndex
            read = (end, text.at(end) == UInt8(ascii: "@") ? Self.domainEnd(text, behind: end) : nil)
        }
        return read.addressEnd
    }

    /// Where a domain ends, as much of it as is one: a full stop, a dash or another sentence may stand behind it.
    private static func domainEnd(_ text: [UInt8], behind at: Int) -> Int? {
        let labels = text[(at + 1)...].prefix(longestDomain)
            .prefix { $0.isWord || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ".") }
            .split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
            .prefix { $0.first?.isWord ?? false }
        return labels.dropFirst().reversed().lazy.compactMap(topLevelEnd).first
    }

    private static func topLevelEnd(_ label: ArraySlice<UInt8>) -> Int? {
        if label.starts(with: "xn--".utf8) { return label.endIndex }
        let word = label.prefix { $0.isWord }
        return word.count >= 2 && !word.contains(where: \.isDigit) ? word.endIndex : nil
    }

    private static func isLocal(_ byte: UInt8) -> Bool { byte.isWord || "._%+-'&#~".utf8.contains(byte) }
}
