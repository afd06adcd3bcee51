/// Which kinds are wanted.
import Testing

@testable import Answering

@Suite("Kinds to mask", .timeLimit(.minutes(5)))
struct MaskKindTests {
    @Test(
        "A list names kinds, in any order and case",
        arguments: [
            ("iban", [.iban]), ("card,iban", [.iban, .card]), (" IBAN , Email ", [.iban, .email]),
            ("iban,iban", [.iban]),
            ("all", MaskKind.allCases), ("all,iban", MaskKind.allCases), ("\"phone\"", [.phone]),
            ("iban,card,email,phone,id,ip,url", MaskKind.allCases),
        ] as [(String, [MaskKind])])
    func list(text: String, kinds: [MaskKind]) throws {
        #expect(try MaskKind.list(text, called: "--mask") == kinds)
    }

    @Test(
        "Another name is refused, with those that there are",
        arguments: ["", "iban,", ",", "name", "iban;card", "none"])
    func refused(text: String) {
        #expect {
            try MaskKind.list(text, called: "--mask")
        } throws: { error in
            "\(error)".hasPrefix("--mask takes a list of iban, card, email, phone, id, ip, url, or all; not ")
        }
    }
}
