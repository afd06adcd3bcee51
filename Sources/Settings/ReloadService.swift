/// Settings that change while a program runs.
import Common
import Logging
import ServiceLifecycle

/// Reads the settings again on SIGHUP, and has the program go by those that can change. The others are said to wait for a
/// restart. What is wrong is said, and then nothing changes.
package struct ReloadService<Command: ConfiguredCommand>: Service {
    /// Goes by a command's settings from now on. Returns whether anything is different, files that they name included.
    package typealias Apply = @Sendable (Command) async throws -> Bool

    private let reading: SettingsReader<Command>.Reading
    private let logger: Logger
    private let apply: Apply

    /// - Parameter reading: what the program was started with.
    package init(
        _ reading: SettingsReader<Command>.Reading, logger: Logger, apply: @escaping Apply = { _ in false }
    ) {
        self.reading = reading
        self.logger = logger
        self.apply = apply
    }

    package func run() async throws {
        var given: GivenSettings?
        for await _ in Program.hangups.cancelOnGracefulShutdown() {
            do {
                given = try await readAgain(given ?? reading.given)
            } catch {
                logger.error("SIGHUP: the settings stay as they are. \(Self.words(error))")
            }
        }
    }

    private static func words(_ error: any Error) -> String {
        (error as? SettingsProblem)?.description ?? (error as? ExitStatus)?.description ?? Command.message(for: error)
    }

    /// - Returns: the settings that hold now.
    private func readAgain(_ old: GivenSettings) async throws -> GivenSettings {
        let wanted = try reading.reader.read(isAgain: true).given
        let changeable = Command.changeable.union(["log-level"])
        let reading = try reading.reader.reading(of: wanted.keeping(old, but: changeable))
        let isOther = try await apply(reading.command)
        Program.log(from: reading.command.log.logLevel)
        let changes = wanted.catalog.settings.filter { wanted.values[$0.name]?.texts != old.values[$0.name]?.texts }
        for setting in changes where !changeable.contains(setting.name) {
            logger.warning(
                "SIGHUP: \(setting.name) can't change while the program runs; a restart makes it \(wanted.shown(setting))"
            )
        }
        let done = changes.filter { changeable.contains($0.name) }.map { "\($0.name) is \(wanted.shown($0))" }
        let files = isOther && done.isEmpty ? ["what is in the files that they name"] : []
        logger.info(
            "SIGHUP: settings read again; \(done.isEmpty && files.isEmpty ? "none that can change has" : "new: " + (done + files).joined(separator: ", "))"
        )
        return reading.given
    }
}

extension GivenSettings {
    fileprivate func shown(_ setting: Setting) -> String {
        guard let value = values[setting.name] else { return "what it usually is" }
        return SettingsText.text(value.texts, of: setting)
    }
}
