/// What stands before a number.

/// What the words before a number say of it.
enum NumberWord {
    case phone, person, other

    /// Words that say that a telephone number follows, in English, German, French, Spanish and Italian. A star is a letter that
    /// isn't ASCII's.
    private static let phoneWords: Set<String> = [
        "phone", "telephone", "tel", "mobile", "cell", "cellphone", "call", "ring", "dial", "text", "fax", "whatsapp",
        "telefon", "telefonnummer", "handy", "handynummer", "mobil", "mobilnummer", "rufnummer", "anrufen", "portable",
        "appeler", "sms", "rueckruf", "r*ckruf", "ll*mame", "llamame", "llamar", "llame", "chiama", "chiamami",
        "telefono", "tel*fono", "t*l*phone", "movil", "m*vil", "cellulare",
    ]
    /// Words that say that the number of a person follows, in the United States.
    private static let personWords: Set<String> = ["ssn", "itin", "security", "taxpayer"]
    /// Words that say that another number follows.
    private static let otherWords: Set<String> = [
        "order", "invoice", "ref", "reference", "ticket", "case", "account", "acct", "contract", "policy", "booking",
        "tracking", "transaction", "id", "code", "amount", "price", "balance", "konto", "kontonummer", "kto",
        "rechnung", "rechnungsnummer", "bestellung", "bestellnummer", "vertrag", "vertragsnummer", "kundennummer",
        "auftrag", "auftragsnummer", "aktenzeichen", "vorgang", "betrag", "commande", "facture", "compte", "contrat",
        "dossier", "pedido", "factura", "cuenta", "contrato", "ordine", "fattura", "conto", "contratto",
    ]
    /// Words that may stand between those and the number.
    private static let wordsBetween: Set<String> = [
        "me", "us", "him", "her", "them", "at", "on", "is", "my", "your", "the", "our", "number", "num", "no", "nr",
        "nummer",
        "numero", "n*mero", "num*ro", "under", "to", "unter", "ist", "lautet", "au", "al", "el", "le", "es", "est",
        "an", "with",
    ]

    /// So far is looked back, in bytes, and at so many words.
    private static let (farthest, mostWords) = (60, 5)

    /// What the nearest word says that says anything; nil where none does, or a number or another sentence stands between.
    static func before(_ start: Int, in text: [UInt8]) -> NumberWord? {
        var place = start
        for _ in 0..<mostWords {
            while place > 0, start - place < farthest, text[place - 1].isBlank || ":.#=(".utf8.contains(text[place - 1])
            {
                place -= 1
            }
            let end = place
            while place > 0, start - place < farthest, text[place - 1].isWord, !text[place - 1].isDigit {
                place -= 1
            }
            guard place < end, text.isBoundary(before: place) else { return nil }
            let letters = text[place..<end].map { $0 == FoldedText.letter ? UInt8(ascii: "*") : $0.lowercased }
            let word = String(decoding: letters, as: UTF8.self)
            if phoneWords.contains(word) { return .phone }
            if personWords.contains(word) { return .person }
            if otherWords.contains(word) { return .other }
            guard wordsBetween.contains(word) else { return nil }
        }
        return nil
    }
}
