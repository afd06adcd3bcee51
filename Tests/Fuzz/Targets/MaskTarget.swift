/// What people may write about numbers and addresses.
@testable import Answering

extension FuzzTarget {
    static let mask = FuzzTarget(
        "mask",
        words: [
            "[IBAN-1]", "IBAN-1", "DE89370400440532013000", "4111 1111 1111 1111", "max@example.com", "+49 171 1234567",
            "536-90-4399", "10.0.0.1", "2001:db8::1", "https://", "call ", "January 23, 2025", "2025-01-23T14:30",
            "4.5%", "$1,200",
            " million", "-year", " pm", "\u{200B}", "\u{A0}", "٤", "twenty-",
        ]
    ) {
        [
            "DE89 3704 0044 0532 0130 00 or [IBAN-1], max@example.com",
            "+49 171 1234567, 4111-1111-1111-1111, 10.0.0.1",
            "$1,200 at 4.5% for 30 years from January 23, 2025 at 2:30 pm",
            "1. two hundred thousand; 3-5 days; 1.200,00 EUR",
        ].map { Array($0.utf8) }
    } reader: {
        .direct { input in
            let text = String(decoding: input, as: UTF8.self)
            var masker = Masker(Set(MaskKind.allCases))
            let masked = masker.mask(text)
            try Finding.unless(
                !masker.values.isEmpty || masked.utf8.elementsEqual(text.utf8),
                "changed without a value: \(masked.debugDescription)")
            let whole = Unmasker.unmasked(masked, masker.values)
            var unmasker = Unmasker(masker.values)
            let shown = masked.unicodeScalars.map { unmasker.append(String($0)) }.joined() + unmasker.end()
            try Finding.unless(
                shown.utf8.elementsEqual(whole.utf8),
                "\(shown.debugDescription) comes of pieces, not \(whole.debugDescription)")

            let own = SaidNumbers(in: [text]).unsupported(in: text)
            try Finding.unless(own.isEmpty, "a text doesn't say its own \(own)")
            let all = SaidNumbers(in: []).unsupported(in: text)
            try Finding.unless(
                all.count <= 20 && all.allSatisfy { 1...64 ~= $0.utf8.count }, "too much that nobody has said: \(all)")
            return Array(input)
        }
    }
}
