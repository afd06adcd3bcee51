/// Settings in a file.
import Configuration
import Yams

/// What stands in a file of settings, YAML or JSON, which is YAML, too. Pure.
struct SettingsFile {
    /// Bytes. All settings of a program take some 4 KiB.
    static let limit = 1 << 20

    let path: String
    private(set) var values: [AbsoluteConfigKey: ConfigValue] = [:]
    /// Where each key stands, from 1.
    private(set) var lines: [String: Int] = [:]

    /// - Parameter path: how the file is called in messages.
    /// - Throws: what is wrong in it, and where.
    init(_ text: String, path: String, for catalog: Catalog) throws(SettingsProblem) {
        self.path = path
        guard let root = try Self.compose(text, path), root.null == nil else { return }
        guard let mapping = root.mapping else {
            throw SettingsProblem("\(path): Settings are lines such as \"window-size: 30\"")
        }
        for (key, value) in mapping {
            let line = key.mark?.line ?? 1
            let name = key.scalar?.string ?? ""
            guard let setting = catalog[name] else {
                throw SettingsProblem(
                    "\(path):\(line): \(catalog.program) has no setting \"\(name)\", but \(catalog.settings.map(\.name).joined(separator: ", "))"
                )
            }
            guard let content = try Self.content(value, of: setting, at: "\(path):\(line)") else { continue }
            values[AbsoluteConfigKey([name])] = ConfigValue(content, isSecret: false)
            lines[name] = line
        }
    }

    private static func compose(_ text: String, _ path: String) throws(SettingsProblem) -> Node? {
        do {
            return try Yams.compose(yaml: text)
        } catch let error as YamlError {
            // The library's own words repeat a part of the file.
            switch error {
            case .scanner(_, _, let mark, _), .parser(_, _, let mark, _), .composer(_, _, let mark, _):
                throw SettingsProblem("\(path):\(mark.line): This is neither YAML nor JSON (column \(mark.column))")
            case .duplicatedKeysInMapping(let keys, let context):
                throw SettingsProblem(
                    "\(path):\(context.mark.line): Given more than once: \(keys.sorted().joined(separator: ", "))")
            default: throw SettingsProblem("\(path): This is neither YAML nor JSON")
            }
        } catch {
            throw SettingsProblem("\(path): This is neither YAML nor JSON")
        }
    }

    /// - Returns: nil where the key says nothing.
    private static func content(
        _ value: Node, of setting: Setting, at place: String
    ) throws(SettingsProblem) -> ConfigContent? {
        if let scalar = value.scalar {
            if value.null != nil || scalar.string.isEmpty { return nil }
            if setting.isList { return .stringArray([scalar.string]) }
            guard setting.isFlag else { return .string(scalar.string) }
            guard let isSet = value.bool else {
                throw SettingsProblem("\(place): \(setting.name) must be true or false")
            }
            return .bool(isSet)
        }
        let texts = value.sequence?.compactMap { $0.scalar?.string }
        guard setting.isList, let texts, texts.count == value.sequence?.count else {
            let wanted = setting.isList ? "one value or a list of them" : "one value"
            throw SettingsProblem("\(place): \(setting.name) must be \(wanted)")
        }
        return .stringArray(texts)
    }
}
