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

    /// What servers' own pages say to write where a client wants a key and they don't. These are no secrets, and some are part of
    /// a model's name.
    private static let placeholders: Set<String> = [
        "ollama", "llama", "none", "null", "dummy", "empty", "vllm", "lm-studio", "not-needed", "no-key",
        "no-key-required", "sk-no-key-required",
    ]

    /// A secret has been read.
    static func add(_ secret: String) {
        guard secret.utf8.count >= shortest, !placeholders.contains(secret.lowercased()) else { return }
        known.withLock { $0.formUnion(forms(of: secret)) }
    }

    /// As it stands in an address, in a page, in JSON within JSON, and in headers.
    private static func forms(of secret: String) -> [String] {
        let inPage = secret.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
        let inJSON = secret.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
        return [
            references(to: secret) { "&#\($0);" }, references(to: secret) { "&#x\(String($0, radix: 16));" },
            secret, secret.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? secret,
            // As JavaScript, Python and others have it, that don't touch these.
            secret.addingPercentEncoding(withAllowedCharacters: .unreserved) ?? secret,
            secret.addingPercentEncoding(withAllowedCharacters: .unreserved.union(["!", "*", "'", "(", ")"])) ?? secret,
            secret.addingPercentEncoding(withAllowedCharacters: .urlQueryAllowed) ?? secret,
            inPage, inPage.replacing("\"", with: "&quot;").replacing("'", with: "&#39;"), inJSON,
            inJSON.replacing("/", with: "\\/"), Data(secret.utf8).base64EncodedString(),
            Data(("Bearer " + secret).utf8).base64EncodedString(),
        ]
    }

    /// As a page may have it: all but letters and digits by their numbers.
    private static func references(to secret: String, _ reference: (UInt32) -> String) -> String {
        secret.unicodeScalars.map { scalar in
            CharacterSet.alphanumerics.contains(scalar) ? String(scalar) : reference(scalar.value)
        }.joined()
    }

    /// A text without the secrets, and without what has the form of one: a key behind `Bearer` or `Basic`, and keys that begin
    /// with `sk-`.
    static func hidden(in text: String) -> String {
        var text = text
        // The longest first: one may be part of another.
        for secret in known.withLock({ $0 }).sorted(by: { $0.utf8.count > $1.utf8.count }) {
            text = text.replacingOccurrences(of: secret, with: "…", options: .caseInsensitive)
            text = withoutBeginnings(of: secret, in: text)
        }
        return text.replacing(header) { "\($0.output.1) …" }.replacing(key, with: "sk-…")
    }

    /// Servers shorten what they quote: the beginning of a long secret with dots or stars behind it, or at the end.
    private static func withoutBeginnings(of secret: String, in text: String) -> String {
        guard secret.count >= 12 else { return text }
        let beginning = String(secret.prefix(6))
        var (rest, shown) = (text[...], "")
        while let found = rest.range(of: beginning, options: .caseInsensitive) {
            let same = zip(rest[found.lowerBound...], secret).prefix { $0.lowercased() == $1.lowercased() }.count
            // Foundation takes more letters for the same than Swift does: it goes on behind what it has found in any case.
            let end = max(found.upperBound, rest.index(found.lowerBound, offsetBy: same))
            let isShortened = end == rest.endIndex || ".…*".contains(rest[end])
            shown += rest[..<found.lowerBound] + (isShortened ? "…" : rest[found.lowerBound..<end])
            rest = rest[end...]
        }
        return shown + rest
    }

    // A regex isn't Sendable; this one is made once, of a literal, and never changed.
    nonisolated(unsafe) private static let header = /(bearer|basic)\s+[A-Za-z0-9._~+\/=-]{6,}/.ignoresCase()
    // So is this one.
    nonisolated(unsafe) private static let key = /sk-[A-Za-z0-9_*-]{6,}/
}

extension CharacterSet {
    /// Characters of an address that need no percent sign (https://www.rfc-editor.org/rfc/rfc3986#section-2.3).
    fileprivate static let unreserved = CharacterSet(
        charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
}
