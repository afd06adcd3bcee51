/// The folder in which the daemon keeps what has to outlive it.
import Common
import Foundation

/// A folder that belongs to one daemon at a time: its locks are held as long as this value lives, and by no process that
/// has died.
package final class StateDirectory: Sendable {
    package let path: String
    /// A file by which ``user(of:)`` finds out who it is.
    private let lock: Int32
    /// The folder, locked as well: somebody who tidies up may delete the file, and another daemon would make it anew.
    private let folder: Int32

    /// Behind the database's name: a file that says what damage the daemon has found in it.
    package static let damageMarker = ".damage"

    package static let databaseName = "streamllm.sqlite"
    private static let lockName = "lock"

    package var database: String { path + "/" + Self.databaseName }

    /// Whether the database is there and has nothing in it: cut off, or its maker was killed in the first moment.
    package var isDatabaseEmpty: Bool {
        var status = stat()
        return stat(database, &status) == 0 && status.st_size == 0
    }

    /// The process that uses a state directory; nil: none does.
    package static func user(of path: String) -> Int32? { FileLock.holder(of: path + "/" + lockName) }

    /// Makes the folder where it is missing, for its owner alone, and locks it.
    ///
    /// - Throws: ``ExitStatus`` 73 when it can't be made or written, or when others could put there what isn't this daemon's,
    ///   69 when another daemon uses it.
    package init(_ path: String) throws(ExitStatus) {
        self.path = path
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw .cannotCreate("State directory can't be made: \(path): \(plainError(error))")
        }
        if let objection = Self.objection(to: path) {
            throw .cannotCreate(
                "State directory can't be trusted: \(path): \(objection). Choose another with --state-dir.")
        }
        lock = open(path + "/" + Self.lockName, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard lock >= 0 else {
            throw .cannotCreate(
                "State directory can't be written: \(path): \(String(cString: strerror(errno))). Choose another with --state-dir, or keep nothing with --ephemeral."
            )
        }
        folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        // Both are closed by the deinit that follows a throw from here.
        guard flock(lock, LOCK_EX | LOCK_NB) == 0, flock(folder, LOCK_EX | LOCK_NB) == 0 else {
            throw .unavailable(
                "State directory in use: \(path). Another consumer works there; stop it, or choose another with --state-dir."
            )
        }
    }

    /// What speaks against keeping state in a folder, beside that it may not be writable; nil: nothing. What somebody else has
    /// put there could be read by them, or lead elsewhere: SQLite follows links.
    package static func objection(to path: String) -> String? {
        if let objection = FileTrust.objection(toFolder: path) { return objection }
        let names = [lockName] + ["", "-wal", "-shm", damageMarker].map { databaseName + $0 }
        return names.lazy.compactMap { FileTrust.objection(toFile: path + "/" + $0) }.first
    }

    deinit { for descriptor in [lock, folder] where descriptor >= 0 { close(descriptor) } }

    /// Moves a database that can't be used out of the way, so that nothing of it is lost.
    ///
    /// - Returns: where it is now.
    /// - Throws: ``ExitStatus`` 73 when it can't be moved.
    package func setAside() throws(ExitStatus) -> String {
        let moment = Date().formatted(.iso8601.dateSeparator(.omitted).timeSeparator(.omitted))
        let place = "\(database).damaged-\(moment)"
        for suffix in ["", "-wal", "-shm", Self.damageMarker] where access(database + suffix, F_OK) == 0 {
            guard rename(database + suffix, place + suffix) == 0 else {
                throw .cannotCreate("Store can't be set aside: \(database): \(String(cString: strerror(errno)))")
            }
        }
        return place
    }
}
