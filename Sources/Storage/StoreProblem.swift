/// What SQLite's result codes mean to people (https://www.sqlite.org/rescode.html).
import Foundation
import GRDB

extension DatabaseError {
    /// What went wrong, in words of ours. SQLite's own message may quote a statement, and with it what somebody has written.
    package var words: String {
        let code = resultCode.primaryResultCode
        return switch code {
        case .SQLITE_FULL: "the disk is full"
        case .SQLITE_IOERR: "the disk can't be read or written"
        case .SQLITE_CANTOPEN: "a file of it can't be opened"
        case .SQLITE_BUSY, .SQLITE_LOCKED: "another program uses it"
        case .SQLITE_NOMEM: "there is no memory left"
        case .SQLITE_TOOBIG: "a value is too large for it"
        case .SQLITE_READONLY: "it can't be written"
        case .SQLITE_PERM, .SQLITE_AUTH: "access is denied"
        case .SQLITE_CORRUPT: "the file is damaged"
        case .SQLITE_NOTADB: "the file isn't a database"
        default: "SQLite's error \(code.rawValue)"
        }
    }
}

extension StateDirectory {
    /// SQLite's index of its log takes so much at once, in bytes.
    private static let needed: UInt = 64 << 10

    /// Whether an error of the store comes of there being no room on its disk. Of some of its files SQLite says only that they
    /// can't be written or opened.
    package func isFull(_ error: any Error) -> Bool {
        switch (error as? DatabaseError)?.resultCode.primaryResultCode {
        case .SQLITE_FULL?: return true
        case .SQLITE_IOERR?, .SQLITE_CANTOPEN?:
            var disk = statvfs()
            return statvfs(path, &disk) == 0 && disk.f_bavail * disk.f_frsize < Self.needed
        default: return false
        }
    }
}
