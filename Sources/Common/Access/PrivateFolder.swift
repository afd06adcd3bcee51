/// Endpoints by name, in a folder that is the user's alone.
import Feed
import Foundation

/// `$XDG_RUNTIME_DIR/streamllm`, where sockets are that no other user can open or replace.
public enum PrivateFolder {
    /// Names of endpoints, as options take them.
    public static let names = ["messages", "messages-replay", "workspace", "workspace-replay", "feedback"]

    /// The endpoint of a name; nil where it is none.
    public static func endpoint(named name: some StringProtocol) -> String? {
        names.contains(String(name)) ? "ipc://\(path)/\(name)" : nil
    }

    private static var path: String {
        let runtime = ProcessInfo.processInfo.environment["XDG_RUNTIME_DIR"].flatMap { $0.isEmpty ? nil : $0 }
        return (runtime ?? "/run/user/\(geteuid())") + "/streamllm"
    }

    /// Looks whether a socket, and its folder, could be another user's. The folder of names is made where it isn't there.
    ///
    /// - Throws: ``ExitStatus`` with what speaks against it.
    public static func check(_ endpoint: String) throws(ExitStatus) {
        guard case .ipc(let socket) = Endpoint(endpoint), !socket.hasPrefix("@") else { return }
        let folder = (socket as NSString).deletingLastPathComponent
        if folder == path {
            if mkdir(folder, 0o700) != 0 && errno != EEXIST {
                throw .cannotCreate(
                    "\(folder) can't be made (\(String(cString: strerror(errno)))): is XDG_RUNTIME_DIR right?")
            }
            var status = stat()
            guard lstat(folder, &status) == 0, status.st_mode & S_IFMT == S_IFDIR, status.st_uid == geteuid(),
                status.st_mode & 0o077 == 0
            else { throw .unavailable("\(folder) isn't a folder that is yours alone (mode 0700).") }
        }
        var status = stat()
        guard lstat(socket, &status) == 0, status.st_uid != geteuid(), status.st_uid != 0 else { return }
        throw .unavailable("\(endpoint) belongs to another user (\(status.st_uid)).")
    }
}
