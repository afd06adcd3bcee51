/// The options that have a program say where its time goes.
import ArgumentParser
import Common

/// Where traces go.
package struct TraceOptions: ParsableArguments, Sendable {
    @Option(help: "Send traces there, as OTLP/HTTP in JSON: http://127.0.0.1:4318 (default: nowhere).")
    package var otlp: String?

    @Option(help: "A file with headers for that, one on each line: `Authorization: Basic …`.")
    package var otlpHeaders: String?

    package init() {}

    /// Where to send traces; nil: nowhere.
    ///
    /// - Throws: ``ExitStatus`` for an address or a file that can't be used.
    package func destination() throws(ExitStatus) -> TraceDestination? {
        guard let otlp else {
            guard otlpHeaders == nil else { throw .usage("--otlp-headers is for --otlp, which isn't there.") }
            return nil
        }
        return try TraceDestination(otlp, headersFile: otlpHeaders)
    }
}
