/// What may stand in a file of settings, for editors.
import Foundation

/// The JSON Schema (https://json-schema.org, draft 2020-12) of a program's settings. Pure.
package struct SettingsSchema: CustomStringConvertible {
    private let catalog: Catalog

    package init(_ catalog: Catalog) { self.catalog = catalog }

    package var description: String {
        let schema: [String: Any] = [
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": "Settings of \(catalog.program)",
            "type": "object",
            "additionalProperties": false,
            "properties": Dictionary(uniqueKeysWithValues: catalog.settings.map { ($0.name, property($0)) }),
        ]
        let options: JSONSerialization.WritingOptions = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        // Strings, numbers, and what is made of them: nothing that JSON doesn't have.
        guard let data = try? JSONSerialization.data(withJSONObject: schema, options: options) else { return "{}" }
        return String(decoding: data, as: UTF8.self)
    }

    private func property(_ setting: Setting) -> [String: Any] {
        var value: [String: Any] =
            if setting.allowed.isEmpty {
                // What is text in the program may look like a number: 600 for 10m, or a record's number for start.
                ["type": setting.kind == .string ? ["string", "number"] : [setting.kind.rawValue]]
            } else {
                ["enum": setting.words]
            }
        // With nothing behind it, a key says nothing.
        value = ["anyOf": [value] + (setting.isList ? [["type": "array", "items": value]] : []) + [["type": "null"]]]
        value["description"] = setting.help
        if let standard = setting.standard { value["default"] = Self.json(standard, setting.kind) }
        if setting.isFlag { value["default"] = false }
        return value
    }

    private static func json(_ text: String, _ kind: Setting.Kind) -> Any {
        switch kind {
        case .integer: Int(text) ?? text
        case .number: Double(text) ?? text
        case .boolean, .string: text
        }
    }
}

extension Setting {
    /// The words that it may be, in both cases where they are in capitals: levels of the log are understood in either.
    fileprivate var words: [String] {
        allowed.allSatisfy { $0 == $0.uppercased() } ? allowed + allowed.map { $0.lowercased() } : allowed
    }
}
