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
        candidates(path, isRotated)
            .filter { $0.time > Time(own.st_mtim) && ![own.st_ino, named.st_ino].contains($0.status.st_ino) }
            .min { $0.time < $1.time }?.path
    }

    /// A file that had the name in between and has been packed since: packers keep the time.
    static func packed(after own: stat, before named: stat, of path: String) -> (name: String, bytes: Int)? {
        let found = candidates(path, isPacked).filter { $0.time > Time(own.st_mtim) && $0.time < Time(named.st_mtim) }
            .min { $0.time < $1.time }
        return found.map { ($0.path, Int($0.status.st_size)) }
    }

    /// The copy of a file that has been cut off since: the newest of those beside it that say the same where it was read to.
    ///
    /// - Returns: the copy, for reading; the caller's to close.
    static func copy(of path: String, with mark: ContentMark, besides own: stat) -> (descriptor: Int32, name: String)? {
        let found = candidates(path, isRotated)
            .filter { $0.status.st_ino != own.st_ino && $0.status.st_size >= mark.end && !mark.bytes.isEmpty }
            .sorted { $0.time > $1.time }
        for candidate in found {
            let descriptor = open(candidate.path, O_RDONLY | O_CLOEXEC)
            if descriptor >= 0, mark.stands(in: descriptor) { return (descriptor, candidate.path) }
            if descriptor >= 0 { close(descriptor) }
        }
        return nil
    }

    /// Whether a file that had the name was put away for good, and not deleted or kept as an editor's copy: the one that has its
    /// name now is another then, whatever is in it.
    static func isPutAway(_ own: stat, of path: String) -> Bool {
        if own.st_nlink == 0 { return false }
        let names = candidates(path) { _, _ in true }.filter { $0.status.st_ino == own.st_ino }.map(\.name)
        return names.isEmpty || names.contains { isRotated($0, from: (path as NSString).lastPathComponent) }
    }

    private struct Candidate {
        let path: String
        let status: stat
        var name: String { (path as NSString).lastPathComponent }
        var time: Time { Time(status.st_mtim) }
    }

    /// Files beside one that have something in them and whose names come from its name.
    private static func candidates(_ path: String, _ isOne: (String, String) -> Bool) -> [Candidate] {
        let folder = (path as NSString).deletingLastPathComponent
        let base = (path as NSString).lastPathComponent
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.isEmpty ? "." : folder)) ?? []
        return names.filter { isOne($0, base) }.compactMap { name in
            let path = (folder as NSString).appendingPathComponent(name)
            var status = stat()
            let isFile = stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG && status.st_size > 0
            return isFile ? Candidate(path: path, status: status) : nil
        }
    }

    /// `chat.jsonl.1.gz` and the like.
    static func isPacked(_ name: String, from base: String) -> Bool {
        [".gz", ".zst", ".bz2", ".xz"].contains {
            name.hasSuffix($0) && isRotated(String(name.dropLast($0.count)), from: base)
        }
    }

    /// `chat.jsonl.1`, `chat.jsonl-20260131` and the like; with logrotate's `extension`, `chat-20260131.jsonl`.
    static func isRotated(_ name: String, from base: String) -> Bool {
        if isNumbered(name, behind: base[...]) { return true }
        guard let dot = base.lastIndex(of: "."), dot > base.startIndex, name.hasSuffix(base[dot...]) else {
            return false
        }
        return isNumbered(String(name.dropLast(base[dot...].count)), behind: base[..<dot])
    }

    private static func isNumbered(_ name: String, behind start: Substring) -> Bool {
        guard name.hasPrefix(start) else { return false }
        let rest = name.dropFirst(start.count)
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
