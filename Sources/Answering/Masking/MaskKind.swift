/// What can be masked.

/// A kind of personal data that is known by its form, and by its check digits where it has any. `docs/masking.md` has each
/// kind's rule, and where the rule is from.
public enum MaskKind: String, Hashable, Sendable, CaseIterable {
    case iban, card, email, phone
    /// Numbers that states give to persons.
    case id
    case ip, url

    /// The kinds in a list such as `iban,card`, or all of them for `all`; each once, in the order of their declaration.
    ///
    /// - Throws: ``WrittenSetting/Problem`` for a name that isn't one.
    public static func list(_ text: String, called name: String) throws(WrittenSetting.Problem) -> [MaskKind] {
        var kinds: Set<MaskKind> = []
        for word in text.split(separator: ",", omittingEmptySubsequences: false) {
            let word = WrittenSetting.cleaned(String(word)).lowercased()
            if word == "all" {
                kinds.formUnion(allCases)
            } else if let kind = MaskKind(rawValue: word) {
                kinds.insert(kind)
            } else {
                let known = allCases.map(\.rawValue).joined(separator: ", ")
                throw WrittenSetting.Problem("\(name) takes a list of \(known), or all; not “\(word)”")
            }
        }
        return allCases.filter(kinds.contains)
    }
}
