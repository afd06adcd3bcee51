/// What `--check` says.
import Answering
import AsyncHTTPClient
import Bytes
import Common
import Foundation
import Logging
import Terminal
import Threads

/// Looks at all that the daemon would need, and touches none of it: nothing is made (but the log), locked or fetched. The model is
/// asked for one token.
package struct Check {
    /// One thing that was looked at.
    struct Finding: Sendable {
        enum Verdict: String, Sendable {
            case ok
            /// The daemon would run, but not as one may expect.
            case note
            /// The daemon would not start, or not get what it is to get.
            case problem
        }

        var verdict: Verdict
        let subject: String
        let text: String

        var line: String {
            "\(verdict.rawValue.padded(to: 8)) \(subject.padded(to: 14)) \(text.terminalSafe)\n"
        }
    }

    private let options: ConsumerOptions
    private let logger: Logger

    package init(_ options: ConsumerOptions, logger: Logger) {
        self.options = options
        self.logger = logger
    }

    /// Prints the findings.
    ///
    /// - Throws: ``ExitStatus`` 69 when there is a problem, 74 when the findings can't be written.
    package func run() async throws {
        var problems = 0
        let output = StandardOutput()
        var isRead = true
        func say(_ findings: [Finding]) throws {
            for finding in findings {
                if finding.verdict == .problem { problems += 1 }
                // Whoever wanted only the first lines still gets the exit code of all.
                if isRead { isRead = try output.write(Array(finding.line.utf8)) { false } == .written }
            }
        }
        try say(configuration)
        try say([await StateCheck(options, logger: logger).finding])
        try say(try await onOwnThread("check") { [options] in try EndpointCheck(options).findings() })
        try say(await model())
        if problems > 0 { throw ExitStatus.unavailable("\(problems) \(problems == 1 ? "problem" : "problems") found.") }
    }

    private var configuration: [Finding] {
        [
            Finding(verdict: .ok, subject: "windows", text: "\(options.policy)"),
            Finding(
                verdict: .ok, subject: "responder",
                text:
                    "\(options.responder.rawValue), \(options.concurrency) at a time, \(options.history) earlier messages\(maskedKinds)"
            ),
        ]
    }

    private var maskedKinds: String {
        let kinds = options.model.masked.map(\.rawValue)
        return kinds.isEmpty || !options.responder.asks ? "" : "; masked: \(kinds.joined(separator: ", "))"
    }

    private func model() async -> [Finding] {
        guard options.responder.asks else { return [] }
        let http = ModelHTTP.makeClient(options.model)
        var findings: [Finding] = []
        for client in options.model.forOneToken.clients(http) {
            findings += await ModelCheck(client, options.model).findings()
        }
        try? await http.shutdown()
        return findings
    }
}

extension String {
    fileprivate func padded(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
