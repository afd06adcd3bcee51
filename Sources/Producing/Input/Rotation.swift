/// Files that a followed name belonged to.
import Foundation

/// Finds what was written under a name between two looks at it: a file that is rotated twice while its reader waits has been
/// put away before it was read.
enum Rotation {
    /// The file that had the name next after one that is put away, among those that are put away beside it: their names have a
    /// number or a date behind the name, and it was written to after the other.
    ///
    /// - Parameters:
    ///   - own: the file that was read last.
    ///   - named: the one that has the name now.
    /// - Returns: its path; nil where there was none in between.
    static func next(after own: stat, before named: stat, of path: String) -> String? {
        let folder = (path as NSString).deletingLastPathComponent
        let base = (path as NSString).lastPathComponent
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.isEmpty ? "." : folder)) ?? []
        var found: (path: String, time: Time)?
        for name in names where isRotated(name, from: base) {
            let candidate = (folder as NSString).appendingPathComponent(name)
            var status = stat()
            guard stat(candidate, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_size > 0,
                status.st_ino != own.st_ino, status.st_ino != named.st_ino
            else { continue }
            let time = Time(status.st_mtim)
            guard time > Time(own.st_mtim), found.map({ time < $0.time }) ?? true else { continue }
            found = (candidate, time)
        }
        return found?.path
    }

    /// `chat.jsonl.1`, `chat.jsonl-20260131` and the like.
    static func isRotated(_ name: String, from base: String) -> Bool {
        guard name.hasPrefix(base) else { return false }
        let rest = name.dropFirst(base.count)
        guard let mark = rest.first, mark == "." || mark == "-" else { return false }
        return rest.contains(where: \.isNumber) && rest.allSatisfy { $0.isNumber || "-._T".contains($0) }
    }

    private struct Time: Comparable {
        let seconds: Int
        let nanoseconds: Int

        init(_ time: timespec) { (seconds, nanoseconds) = (time.tv_sec, time.tv_nsec) }

        static func < (a: Time, b: Time) -> Bool { (a.seconds, a.nanoseconds) < (b.seconds, b.nanoseconds) }
    }
}
