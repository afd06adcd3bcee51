/// Whose a file is.
import Foundation

/// Says of files and folders who may have put them there. What somebody else has put there may be read by them, or leads
/// elsewhere.
public enum FileTrust {
    /// Whether an owner is the user that this program runs for, or root, who can do everything anyway.
    static func isOwn(_ owner: uid_t) -> Bool { owner == geteuid() || owner == 0 }

    /// What speaks against a folder in which a program keeps what it needs to believe; nil: nothing, or there is no such
    /// folder.
    public static func objection(toFolder path: String) -> String? {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else { return nil }
        if !isOwn(status.st_uid) { return "it belongs to another user (\(status.st_uid))" }
        // With the sticky bit others can put files there, but not exchange ours.
        if status.st_mode & S_IWOTH != 0 && status.st_mode & S_ISVTX == 0 {
            return "everybody may write there (chmod o-w mends it)"
        }
        return nil
    }

    /// What speaks against a file in such a folder; nil: nothing, or there is no such file.
    public static func objection(toFile path: String) -> String? {
        var status = stat()
        guard lstat(path, &status) == 0 else { return nil }
        let name = (path as NSString).lastPathComponent
        switch status.st_mode & S_IFMT {
        case S_IFREG: return isOwn(status.st_uid) ? nil : "\(name) there belongs to another user (\(status.st_uid))"
        case S_IFLNK: return "\(name) there is a symbolic link, which isn't followed"
        default: return "\(name) there isn't a file"
        }
    }
}
