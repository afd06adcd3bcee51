/// Settings as text: what holds, and what may stand in a file.
import Bytes
import Foundation

/// All settings as a file that says the same, each with where it comes from (`--show-settings`). Pure.
package struct SettingsText: CustomStringConvertible {
    private let given: GivenSettings
    /// What holds for a setting that nobody has given.
    private let standing: (String) -> Standing?

    package init<Command>(_ reading: SettingsReader<Command>.Reading) {
        given = reading.given
        standing = { name in
            if let standing = reading.command.standing(for: name) { return standing }
            guard let texts = Catalog.texts(of: name, in: reading.command), !texts.isEmpty else { return nil }
            return Standing(texts, from: "default")
        }
    }

    package var description: String { given.catalog.settings.map(line).joined(separator: "\n") }

    private func line(of setting: Setting) -> String {
        if let value = given.values[setting.name] {
            return "\(setting.name): \(Self.text(value.texts, of: setting))  # \(value.source)".terminalSafe
        }
        if let standing = standing(setting.name) {
            return "\(setting.name): \(Self.text(standing.texts, of: setting))  # \(standing.source)".terminalSafe
        }
        if setting.isFlag { return "\(setting.name): false  # default" }
        guard let standard = setting.standard else { return "# \(setting.name): not set" }
        return "\(setting.name): \(Self.text([standard], of: setting))  # default".terminalSafe
    }

    static func text(_ texts: [String], of setting: Setting) -> String {
        let words = texts.map { word($0.withoutSecrets, setting.kind) }
        return setting.isList ? "[\(words.joined(separator: ", "))]" : words.first ?? "\"\""
    }

    /// A word that YAML takes for what it is.
    private static func word(_ text: String, _ kind: Setting.Kind) -> String {
        if kind != .string, text.wholeMatch(of: /-?[0-9.]+(e[+-]?[0-9]+)?|true|false/) != nil { return text }
        let isPlain =
            text.wholeMatch(of: /[A-Za-z\/][A-Za-z0-9._\/-]*/) != nil
            && !["true", "false", "yes", "no", "on", "off", "null", "y", "n"].contains(text.lowercased())
        return isPlain ? text : text.quoted
    }
}

extension String {
    /// An address without what only its owner knows: a user, a password, a key behind the path.
    package var withoutSecrets: String {
        guard mayHaveSecrets else { return self }
        var (text, word) = ("", "")
        for character in self {
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

    private var mayHaveSecrets: Bool { contains("@") || contains("://") }

    /// Of one word. In steps that are each in proportion to its length: a setting may be a megabyte.
    private var addressWithoutSecrets: String {
        guard mayHaveSecrets else { return self }
        guard let mark = range(of: "://"), hasScheme(before: mark.lowerBound) else {
            // Without a scheme, a user is one only with a password.
            let place = prefix { !"/?#".contains($0) }
            guard let user = place.lastIndex(of: "@"), place[..<user].contains(":") else { return self }
            return "***" + self[user...]
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
