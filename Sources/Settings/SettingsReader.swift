/// From a command line, an environment and a file to a program that can run.
import ArgumentParser
import Common
import Foundation

/// Reads a program's settings: when it starts, and each time it is asked to read them again.
package struct SettingsReader<Command: ConfiguredCommand>: Sendable {
    /// A program as it was told to be.
    package struct Reading: Sendable {
        package let command: Command
        /// nil: the command line says all.
        fileprivate let told: GivenSettings?
        /// Reads them again.
        let reader: SettingsReader

        /// Who has said what. It is put together for those who ask: that takes as long as reading a command line does.
        package var given: GivenSettings {
            told ?? GivenSettings(Catalog(of: Command.self), commandLine: reader.commandLine)
        }
    }

    private let commandLine: [String]
    private let environment: [String: String]
    /// The file that settings are read from.
    package let path: String?
    private let mayBeMissing: Bool

    package init(_ command: Command.Type, commandLine: [String], environment: [String: String]) {
        self.commandLine = commandLine
        self.environment = environment
        let variable = environment[SettingsOptions.variable] ?? ""
        let written = WrittenOptions(commandLine).values(of: "config").last
        mayBeMissing = written == nil && variable.hasPrefix("-")
        path = written ?? (variable.isEmpty ? nil : String(variable.drop { $0 == "-" }))
    }

    /// - Throws: ``SettingsProblem``, ``ExitStatus`` where there is no such file, or what ArgumentParser has to say.
    ///
    /// - Parameter isAgain: they have been read before.
    package func read(isAgain: Bool = false) throws -> Reading {
        guard path != nil || environment.contains(where: { $0.key.hasPrefix(Setting.prefix) && !$0.value.isEmpty })
        else {
            return Reading(command: try Self.parse(commandLine), told: nil, reader: self)
        }
        let catalog = Catalog(of: Command.self)
        let file = try file(isAgain: isAgain, catalog)
        return try reading(
            of: GivenSettings(catalog, commandLine: commandLine, environment: environment, file: file))
    }

    /// The program as these settings want it.
    func reading(of given: GivenSettings) throws -> Reading {
        do {
            return Reading(command: try Self.parse(given.arguments), told: given, reader: self)
        } catch {
            throw Self.problem(given, error)
        }
    }

    private func file(isAgain: Bool, _ catalog: Catalog) throws -> SettingsFile? {
        guard let path else { return nil }
        if mayBeMissing, !FileManager.default.fileExists(atPath: path) { return nil }
        do {
            // A pipe will do: --config <(…). But only once.
            let text = try SmallFile.text(of: path, limit: SettingsFile.limit, mayBePipe: !isAgain)
            guard !isAgain || text.contains(where: { !$0.isWhitespace }) else {
                // An editor has cut it off and goes on to write it.
                throw SettingsProblem(
                    "\(path): The file is empty: settings that are all to be as usual need a comment at least")
            }
            return try SettingsFile(text, path: path, for: catalog)
        } catch SmallFile.Problem.unreadable {
            throw ExitStatus.noInput("The file of settings can't be read: \(path).")
        } catch SmallFile.Problem.tooLarge {
            throw SettingsProblem("\(path): A file of settings has 1 MiB at most")
        } catch SmallFile.Problem.notText {
            throw SettingsProblem("\(path): A file of settings is text in UTF-8")
        }
    }

    private static func parse(_ arguments: [String]) throws -> Command {
        guard let command = try Command.parseAsRoot(arguments) as? Command else {
            // No program here has another one in it.
            throw ValidationError("this isn't a command of its own")
        }
        return command
    }

    /// Who is to blame that a program can't be started like that: the setting without which it could be, or the first with
    /// which it can't.
    private static func problem(_ given: GivenSettings, _ error: any Error) -> any Error {
        func works(_ settings: [Setting]) -> Bool { (try? parse(given.arguments(of: settings))) != nil }
        let all = given.weaker
        let guilty =
            all.first { one in works(all.filter { $0 != one }) }
            ?? (works([]) ? all.indices.first { !works(Array(all[...$0])) }.map { all[$0] } : nil)
        guard let guilty, let source = given.values[guilty.name]?.source else { return error }
        return SettingsProblem("\(source): \(guilty.name): \(Command.message(for: error))")
    }
}
