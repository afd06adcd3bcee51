/// What is an address of a mailbox, and what isn't.
import Testing

@testable import Answering

@Suite("Email addresses", .timeLimit(.minutes(5)))
struct EmailAddressTests {
    @Test(
        "An address is found in all the ways in which it is written",
        arguments: [
            ("max@example.com", "[EMAIL-1]"),
            ("Write to max@example.com.", "Write to [EMAIL-1]."),
            ("<max@example.com>", "<[EMAIL-1]>"),
            ("mailto:max@example.com", "mailto:[EMAIL-1]"),
            ("max.mustermann+bank@mail.example.co.uk", "[EMAIL-1]"),
            ("MAX@EXAMPLE.COM", "[EMAIL-1]"),
            ("max_m-1%2@ex-ample.com", "[EMAIL-1]"),
            ("o'hara@example.ie", "[EMAIL-1]"),
            ("'max@example.com'", "'[EMAIL-1]'"),
            ("...max@example.com...", "...[EMAIL-1]..."),
            ("max@example.com, eva@example.com", "[EMAIL-1], [EMAIL-2]"),
            ("max@example.com/eva@example.com", "[EMAIL-1]/[EMAIL-2]"),
            ("max@example.com Max@Example.com", "[EMAIL-1] [EMAIL-1]"),
            ("max@example.com-danke", "[EMAIL-1]-danke"),
            ("max@example.com2", "max@example.com2"),
            ("max@müller.de", "[EMAIL-1]"),
            ("jörg@example.de", "[EMAIL-1]"),
            ("max@xn--mller-kva.xn--p1ai", "[EMAIL-1]"),
            ("用户@例子.公司", "[EMAIL-1]"),
            ("max\u{200B}@exa\u{AD}mple.com", "[EMAIL-1]"),
            ("ｍａｘ＠ｅｘａｍｐｌｅ．ｃｏｍ", "[EMAIL-1]"),
            ("foo@bar@example.com", "foo@[EMAIL-1]"),
            ("max@example.com?subject=hi", "[EMAIL-1]?subject=hi"),
        ] as [(String, String)])
    func found(text: String, expected: String) { #expect(masked(text, .email) == expected) }

    @Test(
        "What only looks like an address isn't one",
        arguments: [
            "max@example", "max@localhost", "@example.com", "@max", "max@", "max@.com", "max@example.",
            "max @example.com",
            "max@ example.com", "max(at)example.com", "10@2.50", "2 pieces @ 3.50", "a@b.c", "max@-example.com",
            "max@@",
            "https://example.com/a.b", "see you @ 14:30", "@", "a@1.2.3.4", "",
        ])
    func notFound(text: String) { #expect(masked(text, .email) == text) }
}
