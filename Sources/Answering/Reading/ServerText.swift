/// What a model's server says of itself, made fit for entries and for the log.

/// A text from a server: short, on one line, and without anything that drives a terminal. Whatever a server says goes
/// through here before it stands in an entry or in the log, but for the answer itself. Secrets that it quotes are hidden.
package struct ServerText: Hashable, Sendable, CustomStringConvertible, ExpressibleByStringInterpolation {
    /// So many Unicode characters are kept, the mark behind a longer text included. Error messages and names of models that
    /// mean well are shorter; others send the whole request back, or megabytes.
    static let limit = 200
    /// So many are looked at.
    private static let looked = 4096
    /// So many names stand in a list.
    static let mostNames = 10

    package let description: String

    package init(_ text: String) {
        // Before it is cut: half a secret is one, too. Of megabytes no more than that is looked at.
        let beginning = String(text.unicodeScalars.prefix(Self.looked))
        let scalars = KnownSecrets.hidden(in: beginning).unicodeScalars
        let isLong = scalars.index(scalars.startIndex, offsetBy: Self.limit + 1, limitedBy: scalars.endIndex) != nil
        var kept = String.UnicodeScalarView()
        for scalar in scalars.prefix(isLong ? Self.limit - 1 : Self.limit) {
            kept.append(scalar.drivesTerminals ? " " : scalar)
        }
        description = String(kept) + (isLong ? "…" : "")
    }

    package init(stringLiteral text: String) { self.init(text) }

    /// Names in alphabetical order, as many as a log line has room for.
    package static func list(_ names: [String]) -> String {
        if names.isEmpty { return "none" }
        let shown = names.sorted().prefix(mostNames).map { ServerText($0).description }.joined(separator: ", ")
        return shown + (names.count > mostNames ? " and \(names.count - mostNames) more" : "")
    }
}
