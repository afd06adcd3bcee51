/// What a server is told and may say back.
import Foundation
import Synchronization

/// The secrets of the program's settings, in all forms in which they are sent. A server may quote its request in an error; what it
/// says then stands in entries and in the log, and these don't.
enum KnownSecrets {
    /// Shorter ones would be found in ordinary words.
    private static let shortest = 4

    /// They are read once, at the start, and there is one set of them for the process: whoever makes a text of a server's words
    /// needn't know them.
    private static let known = Mutex<Set<String>>([])

    /// A secret has been read.
    static func add(_ secret: String) {
        guard secret.utf8.count >= shortest else { return }
        let encoded = secret.addingPercentEncoding(withAllowedCharacters: .alphanumerics)
        known.withLock { $0.formUnion([secret, encoded, Data(secret.utf8).base64EncodedString()].compactMap(\.self)) }
    }

    /// A text without the secrets, and without what has the form of one: a key behind `Bearer` or `Basic`, and keys that begin
    /// with `sk-`.
    static func hidden(in text: String) -> String {
        var text = text
        // The longest first: one may be part of another.
        for secret in known.withLock({ $0 }).sorted(by: { $0.utf8.count > $1.utf8.count }) where text.contains(secret) {
            text = text.replacing(secret, with: "…")
        }
        return text.replacing(header) { "\($0.output.1) …" }.replacing(key, with: "sk-…")
    }

    // A regex isn't Sendable; this one is made once, of a literal, and never changed.
    nonisolated(unsafe) private static let header = /(bearer|basic)\s+[A-Za-z0-9._~+\/=-]{6,}/.ignoresCase()
    // So is this one.
    nonisolated(unsafe) private static let key = /sk-[A-Za-z0-9_*-]{6,}/
}
