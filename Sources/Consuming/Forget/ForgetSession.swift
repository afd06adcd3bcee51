/// What `--forget-session` does.
import Chat
import Common
import Foundation
import GRDB
import Logging
import Storage
import Terminal

/// Removes a session's texts from a state directory that no daemon uses: from records that were published, windows that wait
/// for an answer, open windows, the journal, and pages that are free. Records keep their numbers.
package struct ForgetSession {
    private let session: String
    private let options: ConsumerOptions
    private let logger: Logger

    package init(_ session: String, _ options: ConsumerOptions, logger: Logger) {
        self.session = session
        self.options = options
        self.logger = logger
    }

    /// Does it, and says what was removed and what is out of its reach.
    ///
    /// - Throws: ``ExitStatus`` 66 when there is no store, 69 when a daemon uses it, 73 and 74 when it can't be written.
    package func run() async throws {
        guard let path = options.stateDirectory, FileManager.default.fileExists(atPath: path) else {
            throw ExitStatus.noInput("No state directory: \(options.stateDirectory ?? "none with --ephemeral").")
        }
        // Nothing is made where there is none, not even a lock.
        guard FileManager.default.fileExists(atPath: path + "/" + StateDirectory.databaseName) else {
            throw ExitStatus.noInput("No store: \(path)/\(StateDirectory.databaseName).")
        }
        let directory = try StateDirectory(path)
        defer { withExtendedLifetime(directory) {} }
        // SQLite writes the database anew beside it, and not where others look.
        setenv("SQLITE_TMPDIR", path, 1)
        let report: [String]
        do {
            report = try await forget(directory)
        } catch  where directory.isFull(error) {
            throw ExitStatus.inputOutput(
                "The store can't be used: \(directory.database): the disk is full. It is written anew once, and needs as much room again."
            )
        } catch {
            throw ExitStatus(storeError: error, at: directory.database) ?? error
        }
        let text = report.map { $0.terminalSafe + "\n" }.joined()
        _ = try StandardOutput().write(Array(text.utf8)) { false }
    }

    private func forget(_ directory: StateDirectory) async throws -> [String] {
        let store = try Store(path: directory.database, synchronous: .full)
        defer { store.close() }
        let fresh = Pipeline(policy: options.policy, endpoints: options.heardEndpoints, logger: logger)
        var recovered = try await Recovered(from: store, into: fresh)
        try await finish(&recovered, store)
        let open = recovered.pipeline.forget(session: session)
        try await write(recovered.pipeline, store)
        let (records, waiting) = try store.forget(session: session)
        try store.compact()
        let left = try FileManager.default.contentsOfDirectory(atPath: directory.path)
            .filter { $0.hasPrefix(StateDirectory.databaseName + ".damaged-") }.sorted()
        return [
            "Session \(session): \(records) records emptied, \(waiting) windows that waited for an answer and \(open) open windows removed.",
            "Not reached: rejected lines in which its id can't be found, since they are broken or were cut off; what subscribers, consoles and model servers have been sent; the producer's input; logs, which hold the beginnings of late and rejected lines; backups; what the file system keeps of overwritten blocks.",
        ]
            + left.map {
                "Not reached: \(directory.path)/\($0), a store that was set aside. Delete it where it isn't needed."
            }
    }

    /// Deals with the rest of what follows from the last event, where the last process didn't get to it.
    private func finish(_ recovered: inout Recovered, _ store: Store) async throws {
        guard let (event, progress) = recovered.unfinished else { return }
        var next = recovered.nextRecord
        var commits: [Commit] = []
        await recovered.pipeline.process(event, isJournaled: true, skipping: progress) { outcome in
            var commit = outcome.commit
            commit.pending = outcome.windows
            if !outcome.records.isEmpty {
                commit.records = PackedRecords(
                    outcome.records, first: next, time: .now, release: Version.current)
                next += UInt64(outcome.records.count)
            }
            commits.append(commit)
        }
        try store.commit(commits)
    }

    private func write(_ pipeline: Pipeline, _ store: Store) async throws {
        var failure: (any Error)?
        await pipeline.checkpoint { part in
            guard failure == nil else { return }
            do { try store.commit([Commit(checkpoint: part)]) } catch { failure = error }
        }
        if let failure { throw failure }
    }
}
