/// What every program does around its work: logging, errors, exit codes, signals.
import ArgumentParser
import Bytes
import Foundation
import Logging
import ServiceLifecycle

/// Runs a program's work and turns what it throws into a clear message and an exit code.
public enum Program {
    /// A program's `main`: from here on SIGTERM, SIGINT and SIGHUP are heard, standard input, output and error are there,
    /// and as many file descriptors as the system gives. It isn't asynchronous itself, because the linker would then take one
    /// program's `main` for another's where several are in one file.
    ///
    /// - Parameters:
    ///   - hearsHangups: SIGHUP doesn't stop the program, unless its terminal has gone: it is in ``hangups``.
    ///   - body: all that the program does. Behind it the program has ended well.
    public static func main(hearsHangups: Bool = false, _ body: @escaping @Sendable () async -> Void) -> Never {
        Descriptors.fillStandard()
        StopRequests.listen(hearsHangups: hearsHangups)
        Descriptors.raiseLimit()
        Task {
            await body()
            exit(0)
        }
        dispatchMain()
    }

    /// - Parameters:
    ///   - name: begins every line of the log.
    ///   - isQuestion: the program is to answer something and leave. Ended by a signal, it leaves with 128 and the signal's
    ///     number, since 0 would be an answer.
    ///   - translate: the exit status of an error that isn't one itself, nil where it has none.
    ///   - body: the work.
    /// - Throws: `ExitCode`, which ArgumentParser ends the process with.
    public static func run(
        _ name: String, _ log: LogOptions, isQuestion: Bool = false, translating translate: (any Error) -> ExitStatus?,
        _ body: (Logger) async throws -> Void
    ) async throws {
        // A reader that goes away is reported by write(2); it must not kill the process.
        signal(SIGPIPE, SIG_IGN)
        let output: LogOutput
        do {
            output = try log.makeOutput()
        } catch {
            try LogOutput(path: nil, format: log.logFormat)
                .write(LogLine(level: .critical, program: name, message: error.description))
            throw ExitCode(error.code)
        }
        // Whatever ends the program, its last line says why.
        defer { output.flush() }
        StopRequests.begin(output, isQuestion: isQuestion)
        let logger = log.makeLogger(name, output)
        do {
            try await body(logger)
        } catch let error {
            let status = error as? ExitStatus ?? translate(error) ?? .fault(error, logger)
            logger.critical("\(status)")
            throw ExitCode(status.code)
        }
    }

    /// Answers a question on standard output, without a log.
    ///
    /// - Throws: `ExitCode`, which ArgumentParser ends the process with; the reason is said on standard error.
    public static func answer(_ body: () throws -> String) throws {
        do {
            try StandardStreams.answer(try body())
        } catch let error {
            let status = error as? ExitStatus ?? .software(plainError(error))
            StandardStreams.complain(status.description.terminalSafe)
            throw ExitCode(status.code)
        }
    }

    /// Each SIGHUP, from the program's first moment on, for one who reads settings again. Of several that nobody has taken yet,
    /// one is kept.
    public static var hangups: AsyncStream<Void> { StopRequests.hangups.stream }

    /// From now on the log has messages of this level and above.
    public static func log(from level: LogLevel) { StopRequests.log(from: level.level) }

    /// The library turns services into text, for its log. That would be all that they hold, the daemon's state included.
    private struct Named: Service, CustomStringConvertible {
        let service: any Service
        var description: String { "\(type(of: service))" }
        func run() async throws { try await service.run() }
    }

    /// Runs services until the last of them, `main`, has ended by itself, or SIGTERM or SIGINT asks to stop. They are
    /// stopped in the reverse order.
    ///
    /// - Parameter listens: others may connect to the program, as many as they like.
    /// - Throws: the first error that one of them throws.
    public static func serve(
        _ services: [any Service] = [], main: (any Service)?, listens: Bool = false, logger: Logger
    ) async throws {
        if listens { Doorkeeper.start(logger) }
        var configurations = services.map {
            ServiceGroupConfiguration.ServiceConfiguration(service: Named(service: $0))
        }
        if let main {
            configurations.append(
                .init(service: Named(service: main), successTerminationBehavior: .gracefullyShutdownGroup))
        }
        // Of the library's own messages, only those that something is wrong.
        var quiet = logger
        quiet.logLevel = max(logger.logLevel, .error)
        let group = ServiceGroup(configuration: .init(services: configurations, logger: quiet))
        StopRequests.stop(group)
        try await group.run()
    }
}

extension ExitStatus {
    /// An error that nobody has a word for; the log has its text for those who look for the fault.
    fileprivate static func fault(_ error: any Error, _ logger: Logger) -> ExitStatus {
        logger.debug("\(error)")
        return .software("\(plainError(error)). This is a fault of the program's own.")
    }
}
