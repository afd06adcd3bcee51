/// The words by which the page knows who may see it.
import Common
import Foundation

/// A word for the address, and another one for the cookie. Both outlive the program, so that a tab that is open goes on with the
/// next one.
struct Secrets: Sendable {
    let token: String
    let cookie: String

    /// A word of somebody's own has at least so many bytes.
    private static let shortestToken = 16
    private static let longestToken = 256

    func isToken(_ word: String) -> Bool { Self.isSame(word, token) }
    func isCookie(_ word: String) -> Bool { Self.isSame(word, cookie) }

    /// Takes as long for a word that is wrong at its end as for one that is wrong at its beginning.
    private static func isSame(_ one: String, _ other: String) -> Bool {
        let (one, other) = (Array(one.utf8), Array(other.utf8))
        guard one.count == other.count else { return false }
        return zip(one, other).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }

    /// Words that nobody else has.
    static func new() -> Secrets { Secrets(token: word(), cookie: word()) }

    /// 256 bits from the system's generator (getrandom(2)).
    private static func word() -> String {
        var generator = SystemRandomNumberGenerator()
        return (0..<4).map { _ in
            let part = String(UInt64.random(in: .min ... .max, using: &generator), radix: 16)
            return String(repeating: "0", count: 16 - part.count) + part
        }.joined()
    }

    /// Those that are kept for an address, or new ones, which are kept from then on.
    ///
    /// - Parameters:
    ///   - tokenFile: where the word for the address stands; nil: it is kept with the other.
    ///   - folder: where they are kept, for its owner alone; nil: nowhere.
    /// - Throws: ``ExitStatus`` when a file can't be read or written, or may be somebody else's.
    static func kept(
        for address: ListenAddress, tokenFile: String?, in folder: String?
    ) throws(ExitStatus) -> Secrets {
        let own = try tokenFile.map { path throws(ExitStatus) in try token(from: path) }
        guard let folder else {
            let new = new()
            return Secrets(token: own ?? new.token, cookie: new.cookie)
        }
        let path = folder + "/" + fileName(of: address)
        let kept = try read(path, in: folder)
        let secrets = Secrets(token: own ?? kept?.token ?? word(), cookie: kept?.cookie ?? word())
        if kept == nil { try write(secrets, to: path, in: folder) }
        return secrets
    }

    static func fileName(of address: ListenAddress) -> String {
        let name = "\(address)".map { $0.isLetter || $0.isNumber || ".-".contains($0) ? $0 : "_" }
        return "web-\(String(name)).secret"
    }

    private static func token(from path: String) throws(ExitStatus) -> String {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
            let data = FileManager.default.contents(atPath: path)
        else {
            throw .noInput("The file with the page's token can't be read: \(path).")
        }
        guard status.st_mode & 0o077 == 0 else {
            throw .noInput("Others can read the file with the page's token: \(path) (chmod 600 mends it).")
        }
        let token = String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        guard shortestToken...longestToken ~= token.utf8.count,
            // What may stand in an address as it is (RFC 3986).
            token.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "-._~".contains($0)) })
        else {
            throw .usage(
                "The file with the page's token has to hold one word of \(shortestToken) to \(longestToken) letters, digits and - . _ ~: \(path)."
            )
        }
        return token
    }

    /// - Returns: nil where there are none yet.
    static func read(_ path: String, in folder: String) throws(ExitStatus) -> Secrets? {
        if let objection = FileTrust.objection(toFolder: folder) ?? FileTrust.objection(toFile: path) {
            throw .cannotCreate(
                "State directory can't be trusted: \(folder): \(objection). Choose another with --state-dir.")
        }
        var status = stat()
        guard stat(path, &status) == 0, let data = FileManager.default.contents(atPath: path) else { return nil }
        guard status.st_mode & 0o077 == 0 else {
            throw .cannotCreate(
                "Others can read the page's secrets: \(path) (chmod 600 mends it, or remove it for new ones).")
        }
        let words = String(decoding: data, as: UTF8.self).split(whereSeparator: \.isWhitespace).map(String.init)
        // Half of it was written when the machine stopped.
        guard words.count == 2, words.allSatisfy({ $0.utf8.count >= shortestToken }) else { return nil }
        return Secrets(token: words[0], cookie: words[1])
    }

    private static func write(_ secrets: Secrets, to path: String, in folder: String) throws(ExitStatus) {
        do {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw .cannotCreate("State directory can't be made: \(folder): \(plainError(error))")
        }
        // Beside it, and then in its place: nobody ever sees half of it, nor a file that others may read.
        let fresh = path + ".new"
        unlink(fresh)
        let file = open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard file >= 0 else { throw failure(folder) }
        defer { close(file) }
        let text = Array("\(secrets.token)\n\(secrets.cookie)\n".utf8)
        guard Glibc.write(file, text, text.count) == text.count, rename(fresh, path) == 0 else { throw failure(folder) }
    }

    private static func failure(_ folder: String) -> ExitStatus {
        .cannotCreate(
            "State directory can't be written: \(folder): \(String(cString: strerror(errno))). Choose another with --state-dir."
        )
    }
}
