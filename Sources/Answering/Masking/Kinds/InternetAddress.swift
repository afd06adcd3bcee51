/// Addresses of machines and of pages.

/// IPv4 in dotted decimals and IPv6 in its text form (RFC 4291, 2.2).
enum IPAddress {
    /// Where one that begins at a place ends.
    static func match(_ text: [UInt8], at start: Int) -> Int? {
        guard text.isBoundary(before: start), !text.isBehindDecimalPoint(start) else { return nil }
        return version4(text, at: start) ?? version6(text, at: start)
    }

    /// Four numbers up to 255, without zeros in front. A version of a program looks the same: one behind the word isn't taken.
    private static func version4(_ text: [UInt8], at start: Int) -> Int? {
        guard text[start].isDigit, !text.has("version ", at: start - 8) else { return nil }
        var place = start
        for part in 0..<4 {
            if part > 0 {
                guard text.at(place) == UInt8(ascii: ".") else { return nil }
                place += 1
            }
            let digits = text[min(place, text.count)...].prefix(4).prefix { $0.isDigit }
            guard 1...3 ~= digits.count, digits.count == 1 || digits.first != UInt8(ascii: "0"),
                digits.reduce(0, { $0 * 10 + $1.digit }) <= 255
            else { return nil }
            place += digits.count
        }
        return text.isCodeOver(at: place) ? place : nil
    }

    /// Eight groups of up to four hexadecimal digits, or fewer with one `::`. Times have colons, too: fewer than three groups are
    /// an address only if the first has four digits, as those that machines are given do.
    private static func version6(_ text: [UInt8], at start: Int) -> Int? {
        let colon = UInt8(ascii: ":")
        guard text.at(start - 1) != colon, isHexadecimal(text[start]) else { return nil }
        var (place, last, groups, hasGap, first) = (start, start, 0, false, 0)
        while groups < 8 {
            let digits = text[place...].prefix(5).prefix(while: isHexadecimal)
            if digits.isEmpty { break }
            guard digits.count <= 4 else { return nil }
            last = place
            place += digits.count
            groups += 1
            if groups == 1 { first = digits.count }
            guard text.at(place) == colon else { break }
            if text.at(place + 1) == colon, !hasGap {
                hasGap = true
                place += 2
            } else if groups < 8, let next = text.at(place + 1), isHexadecimal(next) {
                place += 1
            } else {
                break
            }
        }
        // The end may be written as IPv4.
        if groups >= 2, text.at(place) == UInt8(ascii: "."), let end = version4(text, at: last) { return end }
        guard hasGap ? groups >= 3 || groups == 2 && first == 4 : groups == 8 else { return nil }
        guard let next = text.at(place) else { return place }
        return next.isWord || next == colon ? nil : place
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        byte.isDigit || UInt8(ascii: "a")...UInt8(ascii: "f") ~= byte.lowercased
    }
}

/// `https://…`, `http://…`, `ftp://…` and `www.…`, up to the next space.
enum WebAddress {
    /// Where one that begins at a place ends. What closes a sentence behind it isn't part of it.
    static func match(_ text: [UInt8], at start: Int) -> Int? {
        guard "hfwHFW".utf8.contains(text[start]), text.isBoundary(before: start) else { return nil }
        let schemes: [StaticString] = ["https://", "http://", "ftp://", "www."]
        guard let scheme = schemes.first(where: { text.has($0, at: start) }) else { return nil }
        let host = start + scheme.utf8CodeUnitCount
        guard text.at(host)?.isWord ?? false else { return nil }
        let end = text[host...].firstIndex { $0.isBlank || $0 == FoldedText.other || "<>\"".utf8.contains($0) }
        return text[host..<(end ?? text.endIndex)].lastIndex { !".,;:!?)]}'".utf8.contains($0) }.map { $0 + 1 }
    }
}
