/// Who holds a lock on a file.
import Foundation

package enum FileLock {
    /// The process that has locked a file with flock(2), as the kernel says (proc_locks(5)); nil: nobody. Asking for the lock
    /// instead would keep others out for a moment.
    package static func holder(of path: String) -> Int32? {
        var status = stat()
        // Locks aren't taken through links.
        guard lstat(path, &status) == 0, let locks = try? String(contentsOfFile: "/proc/locks", encoding: .utf8) else {
            return nil
        }
        for line in locks.split(separator: "\n") {
            // "1: FLOCK  ADVISORY  WRITE 4711 08:01:123456 0 EOF"
            let words = line.split(separator: " ")
            guard words.count > 5, words[1] == "FLOCK", words[5].split(separator: ":").last == "\(status.st_ino)",
                let process = Int32(words[4]), process > 0
            else { continue }
            return process
        }
        return nil
    }
}
