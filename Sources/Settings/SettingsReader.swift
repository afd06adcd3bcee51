/// From a command line, an environment and a file to a program that can run.
import ArgumentParser
import Common
import Foundation

/// Reads a program's settings: when it starts, and each time it is asked to read them again.
package struct SettingsReader<Command: ConfiguredCommand>: Sendable {
    /// A program as it was told to be.
    package struct Reading: Sendable {
        package let command: Command
        package let given: GivenSettings
        /// Reads them again.
        let reader: SettingsReader
    }

    private let catalog: Catalog
    private let commandLine: [String]
    private let environment: [String: String]
    /// The file that settings are read from.
    package let path: String?
    private let mayBeMissing: Bool

    package init(_ command: Command.Type, commandLine: [String], environment: [String: String]) {
        catalog = Catalog(of: command)
        self.commandLine = commandLine
        self.environment = environment
        let variable = environment[SettingsOptions.variable] ?? ""
        let written = WrittenOptions(commandLine).values(of: "config").last
        mayBeMissing = written == nil && variable.hasPrefix("-")
        path = written ?? (variable.isEmpty ? nil : String(variable.drop { $0 == "-" }))
    }

    /// - Throws: ``SettingsProblem``, ``ExitStatus`` where there is no such file, or what ArgumentParser has to say.
    package func read() throws -> Reading {
        try reading(
            of: GivenSettings(catalog, commandLine: commandLine, environment: environment, file: try file()))
    }

    /// The program as these settings want it.
    func reading(of given: GivenSettings) throws -> Reading {
        do {
            return Reading(command: try Self.parse(given.arguments), given: given, reader: self)
        } catch {
            throw Self.problem(given, error)
        }
    }

    private func file() throws -> SettingsFile? {
        guard let path else { return nil }
        if mayBeMissing, !FileManager.default.fileExists(atPath: path) { return nil }
        // One byte more than there may be, so that it is known. A pipe will do: --config <(…).
        guard let file = FileHandle(forReadingAtPath: path),
            let data = try? file.readToEnd(upTo: SettingsFile.limit + 1)
        else {
            throw ExitStatus.noInput("The file of settings can't be read: \(path).")
        }
        guard data.count <= SettingsFile.limit else {
            throw SettingsProblem("\(path): A file of settings has 1 MiB at most")
        }
        guard let text = String(validating: data, as: UTF8.self) else {
            throw SettingsProblem("\(path): A file of settings is text in UTF-8")
        }
        return try SettingsFile(text, path: path, for: catalog)
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

extension FileHandle {
    /// A pipe gives less at a time than is asked for.
    fileprivate func readToEnd(upTo limit: Int) throws -> Data {
        var data = Data()
        while data.count < limit, let more = try read(upToCount: limit - data.count), !more.isEmpty { data += more }
        return data
    }
}
