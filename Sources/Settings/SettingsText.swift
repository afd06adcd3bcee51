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
