/// How a program with settings starts.
import ArgumentParser
import Bytes
import Common
import Foundation

/// A program whose options are settings, too.
package protocol ConfiguredCommand: AsyncParsableCommand, Sendable {
    var settings: SettingsOptions { get }
    var log: LogOptions { get }
    /// Options that ask for something to be done once. They are nobody's settings.
    static var deeds: Set<String> { get }
    /// Settings that can change while the program runs, beside the log's level.
    static var changeable: Set<String> { get }
    /// What holds where nobody has given a setting whose value depends on something; nil: its usual value, or none.
    func standing(for name: String) -> Standing?
    /// Does the program's work.
    ///
    /// - Parameter reading: what the command was made of.
    func run(_ reading: SettingsReader<Self>.Reading) async throws
}

/// What holds for a setting that nobody has given, and what it comes from.
package struct Standing {
    let texts: [String]
    let source: String

    package init(_ texts: [String], from source: String) {
        self.texts = texts
        self.source = source
    }
}

extension ConfiguredCommand {
    package static var deeds: Set<String> { [] }
    package static var changeable: Set<String> { [] }
    package func standing(for name: String) -> Standing? { nil }

    /// Runs the program: what its command line, the environment and a file say of it is put together first.
    package static func start() async {
        let words = Array(CommandLine.arguments.dropFirst())
        do {
            let written = WrittenOptions(words)
            // These say the same whatever a file has in it.
            if written.asksForHelp {
                var help = try parseAsRoot(words)
                return try help.run()
            }
            if written.asksForSchema {
                return try StandardStreams.answer("\(SettingsSchema(Catalog(of: Self.self)))")
            }
            let reading = try SettingsReader(
                Self.self, commandLine: words, environment: ProcessInfo.processInfo.environment
            ).read()
            guard reading.command.settings.showSettings else { return try await reading.command.run(reading) }
            try StandardStreams.answer("\(SettingsText(reading))")
        } catch let problem as SettingsProblem {
            exit(withError: ValidationError(problem.description.terminalSafe))
        } catch let status as ExitStatus {
            StandardStreams.complain("Error: \(status.description.terminalSafe)")
            exit(withError: ExitCode(status.code))
        } catch {
            exit(withError: error)
        }
    }
}
