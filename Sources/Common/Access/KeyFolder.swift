/// A folder of keys.
import Access
import Foundation
import ZeroMQ

/// Reads the keys of a program: `me.key_secret`, whom it knows (`server-NAME.key`), and whom it lets in (`authorized/NAME.key`, each
/// with `may` in its metadata).
public enum KeyFolder {
    public static let ownFile = "me.key_secret"
    public static let clientFolder = "authorized"
    private static let serverPrefix = "server-"
    private static let suffix = ".key"
    /// Keys that are read of a folder.
    private static let mostKeys = 10_000

    /// - Throws: ``ExitStatus`` that names the file, and what to do about it.
    public static func read(_ folder: String) throws(ExitStatus) -> Keyring {
        try check(folder)
        let own = try readFile("\(folder)/\(ownFile)", isSecret: true)
        guard let secretKey = own.secretKey else {
            throw mistake("\(folder)/\(ownFile)", "there is no secret-key in it")
        }
        var servers: [Keyring.Server] = []
        for name in try names(in: folder) where name.hasPrefix(serverPrefix) {
            let file = try readFile("\(folder)/\(name)\(suffix)")
            servers.append(
                Keyring.Server(
                    name: String(name.dropFirst(serverPrefix.count)), key: file.publicKey,
                    endpoints: Set((file.metadata["endpoints"] ?? "").split { $0 == " " || $0 == "," }.map(String.init))
                ))
        }
        var clients: [CurveKey: Keyring.Client] = [:]
        let authorized = "\(folder)/\(clientFolder)"
        try check(authorized)
        for name in try names(in: authorized) {
            let path = "\(authorized)/\(name)\(suffix)"
            let file = try readFile(path)
            guard name != Keyring.itself.name else { throw mistake(path, "\(name) is this program itself") }
            let client = Keyring.Client(name: name, rights: try rights(file, path))
            if let other = clients.updateValue(client, forKey: file.publicKey) {
                throw mistake(path, "it has the same key as \(other.name)\(suffix)")
            }
        }
        return Keyring(
            own: CurveKeyPair(publicKey: own.publicKey, secretKey: secretKey), servers: servers, clients: clients)
    }

    /// Who is let in by a key; nil: nobody.
    public static func owner(of key: CurveKey, in folder: String) throws(ExitStatus) -> String? {
        let authorized = "\(folder)/\(clientFolder)"
        for name in try names(in: authorized) where try readFile("\(authorized)/\(name)\(suffix)").publicKey == key {
            return name
        }
        return nil
    }

    private static func rights(_ file: KeyFile, _ path: String) throws(ExitStatus) -> Set<Right> {
        guard let may = file.metadata["may"] else {
            throw mistake(path, "it doesn't say what its owner may: add  may = \"read, resume\"  to its metadata")
        }
        do throws(UnknownRight) { return try Right.list(may) } catch { throw mistake(path, "\(error)") }
    }

    /// Keys in a folder by name, in order; none where there is no such folder.
    public static func names(in folder: String) throws(ExitStatus) -> [String] {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        let names = files.filter { $0.hasSuffix(suffix) && !$0.hasPrefix(".") }.map {
            String($0.dropLast(suffix.count))
        }
        guard names.count <= mostKeys else { throw .usage("\(folder) has more than \(mostKeys) keys.") }
        return names.sorted()
    }

    private static func check(_ folder: String) throws(ExitStatus) {
        if let objection = FileTrust.objection(toFolder: folder) {
            throw .usage("Keys in \(folder) can't be trusted: \(objection).")
        }
    }

    /// Reads a key file.
    ///
    /// - Parameter isSecret: nobody else may be able to read it.
    public static func readFile(_ path: String, isSecret: Bool = false) throws(ExitStatus) -> KeyFile {
        if let objection = FileTrust.objection(toFile: path) { throw mistake(path, objection) }
        var status = stat()
        guard stat(path, &status) == 0 else {
            throw mistake(path, "it isn't there. streamllm-keys make writes one")
        }
        guard !isSecret || status.st_mode & 0o077 == 0 else {
            throw mistake(path, "others may read it (chmod 600 mends it; better make a new one)")
        }
        guard status.st_mode & 0o022 == 0 else { throw mistake(path, "others may write it (chmod 644 mends it)") }
        guard status.st_size <= KeyFile.largest else { throw mistake(path, "it is too large for a key") }
        guard let data = FileManager.default.contents(atPath: path) else { throw mistake(path, "it can't be read") }
        do throws(KeyFile.Mistake) {
            return try KeyFile(String(decoding: data, as: UTF8.self))
        } catch { throw mistake(path, "\(error)") }
    }

    /// Writes a key file, in a folder that is made where it isn't there.
    ///
    /// - Throws: ``ExitStatus`` where there is one already: nobody's key is lost.
    public static func write(_ file: KeyFile, to path: String) throws(ExitStatus) {
        let folder = (path as NSString).deletingLastPathComponent
        do {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch { throw .cannotCreate("\(folder) can't be made.") }
        let descriptor = open(
            path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, file.secretKey == nil ? 0o644 : 0o600)
        guard descriptor >= 0 else {
            throw .cannotCreate(
                errno == EEXIST
                    ? "\(path) is there already: it is left as it is." : "\(path): \(String(cString: strerror(errno)))."
            )
        }
        defer { close(descriptor) }
        let text = Array(file.text.utf8)
        guard text.withUnsafeBytes({ Glibc.write(descriptor, $0.baseAddress, $0.count) }) == text.count else {
            throw .inputOutput("\(path): \(String(cString: strerror(errno))).")
        }
    }

    private static func mistake(_ path: String, _ text: String) -> ExitStatus {
        .usage("Key \(path) can't be used: \(text).")
    }
}
