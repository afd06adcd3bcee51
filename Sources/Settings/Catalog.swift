/// The settings of a program, from its own options.
import ArgumentParser
import Foundation

/// Settings in the order of `--help`.
package struct Catalog: Sendable {
    package let program: String
    package let settings: [Setting]

    package init<Command: ConfiguredCommand>(of command: Command.Type) {
        program = Command._commandName
        let deeds = Command.deeds.union(SettingsOptions.names).union(["help", "version"])
        let kinds = Self.kinds(of: command)
        settings = Self.options(of: command).compactMap { option in
            guard let name = option.names.first(where: { $0.kind == "long" })?.name, !deeds.contains(name) else {
                return nil
            }
            return Setting(
                name: name, kind: kinds[name] ?? .string, isList: option.isRepeating, allowed: option.allValues ?? [],
                standard: option.defaultValue, help: option.abstract ?? "")
        }
    }

    subscript(name: String) -> Setting? { settings.first { $0.name == name } }

    /// What ArgumentParser says of a command (`--experimental-dump-help`).
    private struct Dump: Decodable {
        struct Option: Decodable {
            struct Name: Decodable {
                let kind: String
                let name: String
            }

            let names: [Name]
            let isRepeating: Bool
            let allValues: [String]?
            let defaultValue: String?
            let abstract: String?
        }

        struct Command: Decodable {
            let arguments: [Option]
        }

        let command: Command
    }

    private static func options(of command: (some ParsableCommand).Type) -> [Dump.Option] {
        // A test of each program's catalogue would find that the form has changed.
        (try? JSONDecoder().decode(Dump.self, from: Data(command._dumpHelp().utf8)))?.command.arguments ?? []
    }

    /// What the options' values are: the library doesn't say it, the properties' types do.
    fileprivate static func kinds(of command: (some ParsableArguments).Type) -> [String: Setting.Kind] {
        var kinds: [String: Setting.Kind] = [:]
        for property in Mirror(reflecting: command.init()).children {
            if let group = property.value as? any Grouping {
                kinds.merge(group.kinds) { $1 }
            } else if let label = property.label, let option = property.value as? any Valued {
                kinds[label.drop { $0 == "_" }.kebabCase] = option.kind
            }
        }
        return kinds
    }

    /// What a command has for a setting, if that is text; nil: nothing, or something else.
    static func texts(of name: String, in command: some ParsableArguments) -> [String]? {
        for property in Mirror(reflecting: command).children {
            if let group = property.value as? any Grouping {
                if let texts = group.texts(of: name) { return texts }
            } else if let label = property.label, let option = property.value as? any Valued,
                label.drop(while: { $0 == "_" }).kebabCase == name
            {
                return option.texts
            }
        }
        return nil
    }

    fileprivate static func kind(of type: Any.Type) -> Setting.Kind {
        switch type {
        case is Bool.Type: .boolean
        case is Int.Type, is Int?.Type: .integer
        case is Double.Type, is Double?.Type: .number
        default: .string
        }
    }

    /// A group of options in a command.
    fileprivate protocol Grouping {
        var kinds: [String: Setting.Kind] { get }
        func texts(of name: String) -> [String]?
    }

    /// An option or a flag.
    fileprivate protocol Valued {
        var kind: Setting.Kind { get }
        var texts: [String]? { get }
    }
}

extension OptionGroup: Catalog.Grouping {
    fileprivate var kinds: [String: Setting.Kind] { Catalog.kinds(of: Value.self) }
    fileprivate func texts(of name: String) -> [String]? { Catalog.texts(of: name, in: wrappedValue) }
}

extension Option: Catalog.Valued {
    fileprivate var kind: Setting.Kind { Catalog.kind(of: Value.self) }
    fileprivate var texts: [String]? { wrappedValue as? [String] ?? (wrappedValue as? String).map { [$0] } }
}

extension Flag: Catalog.Valued {
    fileprivate var kind: Setting.Kind { Catalog.kind(of: Value.self) }
    fileprivate var texts: [String]? { nil }
}

extension Substring {
    /// As ArgumentParser writes a property's name: `windowSize` is `window-size`.
    fileprivate var kebabCase: String {
        var text = ""
        for letter in self {
            if letter.isUppercase { text += "-" }
            text += letter.lowercased()
        }
        return text
    }
}
