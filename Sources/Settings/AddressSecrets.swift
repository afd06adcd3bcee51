/// What of an address isn't for others to see.
import Foundation

extension String {
    /// An address without what only its owner knows: a user, a password, a key behind the path. What was meant as one and isn't, since
    /// its password has a space in it for example, is looked through just as well.
    package var withoutSecrets: String {
        guard mayHaveSecrets else { return self }
        var (text, word) = ("", "")
        for character in withoutBrokenPasswords {
            guard character.isWhitespace || character == "," else {
                word.append(character)
                continue
            }
            text += word.addressWithoutSecrets
            text.append(character)
            word = ""
        }
        return text + word.addressWithoutSecrets
    }

    private var mayHaveSecrets: Bool { contains("@") || contains(":/") }

    /// Without what stands before an `@` that no address can have there: behind a space, a comma or a slash, where a password has begun.
    private var withoutBrokenPasswords: String {
        var parts = components(separatedBy: "://")
        for index in parts.indices.dropFirst() {
            let place = parts[index].prefix { !$0.isWhitespace && !",/?#@".contains($0) }
            let port = place.lastIndex(of: ":").map { place[$0...].dropFirst() } ?? ""
            let isPlace = !place.isEmpty && (place.hasPrefix("[") || port.allSatisfy(\.isNumber))
            guard !isPlace, parts[index][place.endIndex...].first != "@", let end = parts[index].lastIndex(of: "@")
            else { continue }
            parts[index] = "***" + parts[index][end...]
        }
        return parts.joined(separator: "://")
    }

    /// Of one word. In steps that are each in proportion to its length: a setting may be a megabyte.
    private var addressWithoutSecrets: String {
        guard mayHaveSecrets else { return self }
        guard let mark = range(of: "://"), hasScheme(before: mark.lowerBound) else {
            // Without a scheme, a user is one only with a password, and a question only behind a path.
            let user = lastIndex(of: "@").flatMap { self[..<$0].contains(":") ? $0 : nil }
            let hidden = user.map { "***" + self[$0...] } ?? self
            guard let mark = hidden.firstIndex(of: "?"), hidden[..<mark].contains("/") else { return hidden }
            return hidden[...mark] + "***"
        }
        let place = self[mark.upperBound...].prefix { !"/?#".contains($0) }
        let host = place.lastIndex(of: "@").map { "***" + place[$0...] } ?? String(place)
        var path = self[place.endIndex...]
        if let query = path.firstIndex(where: { "?#".contains($0) }) { path = path[...query] + "***" }
        return "\(self[..<mark.upperBound])\(host)\(path)"
    }

    private func hasScheme(before place: Index) -> Bool {
        self[..<place].reversed().prefix { $0.isASCII && ($0.isLetter || $0.isNumber || "+.-".contains($0)) }
            .contains { $0.isLetter }
    }
}
