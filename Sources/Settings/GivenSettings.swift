/// Who has said what.
import Configuration

/// Puts together what file, environment and command line say of a program's settings, in this order of strength, the weakest
/// first. Pure.
package struct GivenSettings: Sendable {
    package let catalog: Catalog
    /// As they were given, those of the program that is started included.
    let commandLine: [String]
    /// By name.
    package private(set) var values: [String: Given] = [:]

    /// What a command line says alone.
    init(_ catalog: Catalog, commandLine: [String]) {
        self.catalog = catalog
        self.commandLine = commandLine
        let options = WrittenOptions(commandLine)
        for setting in catalog.settings { values[setting.name] = options[setting].map { Given($0, .option) } }
    }

    init(
        _ catalog: Catalog, commandLine: [String], environment: [String: String], file: SettingsFile?
    ) throws(SettingsProblem) {
        self.init(catalog, commandLine: commandLine)
        // One without anything in it counts as missing.
        let variables = EnvironmentVariablesProvider(environmentVariables: environment.filter { !$0.value.isEmpty })
            .prefixKeys(with: "streamllm")
        let inFile = InMemoryProvider(name: file?.path, values: file?.values ?? [:])
        for setting in catalog.settings where values[setting.name] == nil {
            if let texts = try Self.texts(setting, of: variables) {
                values[setting.name] = Given(texts, .variable(setting.variable))
            } else if let file, let texts = try Self.texts(setting, of: inFile) {
                values[setting.name] = Given(texts, .file(file.path, line: file.lines[setting.name] ?? 1))
            }
        }
    }

    private static func texts(
        _ setting: Setting, of provider: some ConfigProvider
    ) throws(SettingsProblem) -> [String]? {
        let type: ConfigType = setting.isFlag ? .bool : setting.isList ? .stringArray : .string
        do {
            switch try provider.value(forKey: AbsoluteConfigKey([setting.name]), type: type).value?.content {
            case .bool(let isSet): return ["\(isSet)"]
            case .string(let text): return [text]
            case .stringArray(let texts): return texts
            default: return nil
            }
        } catch {
            // Nothing else can be wrong with a variable's form.
            throw SettingsProblem("\(setting.variable) must be true or false")
        }
    }

    /// What the program is started with: what the weaker ones say stands before the command line.
    var arguments: [String] { arguments(of: weaker) }

    /// Settings that aren't the command line's.
    var weaker: [Setting] { catalog.settings.filter { values[$0.name].map { $0.source != .option } ?? false } }

    /// These, but what can't change stays as it was.
    func keeping(_ earlier: GivenSettings, but changeable: Set<String>) -> GivenSettings {
        var kept = self
        for setting in catalog.settings where !changeable.contains(setting.name) {
            kept.values[setting.name] = earlier.values[setting.name]
        }
        return kept
    }

    func arguments(of settings: [Setting]) -> [String] {
        settings.flatMap { setting in
            (values[setting.name]?.texts ?? []).compactMap { text in
                setting.isFlag ? (text == "true" ? "--\(setting.name)" : nil) : "--\(setting.name)=\(text)"
            }
        } + commandLine
    }
}

/// The options on a command line. Pure.
struct WrittenOptions {
    private let words: ArraySlice<String>

    init(_ words: [String]) { self.words = words.prefix { $0 != "--" } }

    subscript(setting: Setting) -> [String]? {
        if setting.isFlag { return words.contains("--\(setting.name)") ? ["true"] : nil }
        let texts = values(of: setting.name)
        return texts.isEmpty ? nil : setting.isList ? texts : texts.suffix(1)
    }

    /// Each value that an option is given.
    func values(of name: String) -> [String] {
        words.indices.compactMap { index in
            let word = words[index]
            if word == "--\(name)" { return words.dropFirst(index + 1 - words.startIndex).first }
            return word.hasPrefix("--\(name)=") ? String(word.dropFirst(name.count + 3)) : nil
        }
    }

    var asksForSchema: Bool { words.contains("--settings-schema") }

    /// Whether it isn't the program's work that is wanted, but words about it.
    var asksForHelp: Bool {
        words.contains { word in
            ["-h", "--help", "-help", "--version", "--experimental-dump-help"].contains(word)
                || word.hasPrefix("--generate-completion-script")
        }
    }
}
