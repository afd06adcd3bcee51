/// What is an address of a machine or of a page, and what isn't.
import Testing

@testable import Answering

@Suite("Addresses of machines and pages", .timeLimit(.minutes(5)))
struct InternetAddressTests {
    @Test(
        "A machine's address is found",
        arguments: [
            ("192.168.1.10", "[IP-1]"), ("192.168.1.1,10.0.0.7,5", "[IP-1],[IP-2],5"),
            ("from 8.8.8.8.", "from [IP-1]."), ("10.0.0.1:8080", "[IP-1]:8080"),
            ("255.255.255.255", "[IP-1]"), ("(172.16.0.1)", "([IP-1])"), ("10.0.0.0/8", "[IP-1]/8"),
            ("2001:db8::1", "[IP-1]"), ("2001:DB8::1 and 2001:db8::1", "[IP-1] and [IP-1]"),
            ("fe80::1", "[IP-1]"), ("2001:db8:0:1:1:1:1:1", "[IP-1]"), ("[2001:db8::1]:443", "[[IP-1]]:443"),
            ("64:ff9b::192.0.2.33", "[IP-1]"), ("2001:db8::", "[IP-1]"), ("::ffff:192.0.2.33", "::ffff:[IP-1]"),
            ("１９２.168.1.10", "[IP-1]"), ("192.168.\u{200B}1.10", "[IP-1]"),
        ] as [(String, String)])
    func ip(text: String, expected: String) { #expect(masked(text, .ip) == expected) }

    @Test(
        "What only looks like a machine's address isn't one",
        arguments: [
            "256.1.1.1", "1.2.3", "1.2.3.4.5", "01.02.03.04", "1.2.3.400", "192.168.1.10a", "v1.2.3.4",
            "version 1.2.3.4",
            "01.02.2025", "1.234.567.890", "14:30:00", "14:30", "10::30", "1:2:3", "aa:bb:cc:dd:ee:ff", "std::vector",
            "face::", "12:30:45:99", "3.14", "1,250.00", "2025-01-23", "",
        ])
    func noIP(text: String) { #expect(masked(text, .ip) == text) }

    @Test(
        "A page's address is found up to where the sentence goes on",
        arguments: [
            ("https://example.com", "[URL-1]"), ("See https://example.com/a?b=c&d=e#f.", "See [URL-1]."),
            ("(http://example.com/a)", "([URL-1])"), ("www.example.com!", "[URL-1]!"),
            ("HTTPS://EXAMPLE.COM", "[URL-1]"),
            ("https://max:secret@example.com/", "[URL-1]"), ("ftp://example.com/file", "[URL-1]"),
            ("“https://example.com”", "“[URL-1]”"), ("<https://example.com>", "<[URL-1]>"),
            ("https://example.com/münchen", "[URL-1]"), ("https://例子.公司/路径", "[URL-1]"),
            ("https://example.com/a, https://example.com/b", "[URL-1], [URL-2]"),
            ("https://example.com\nnext", "[URL-1]\nnext"), ("http\u{200B}s://exa\u{200B}mple.com", "[URL-1]"),
            ("https://localhost:8080/x", "[URL-1]"), ("https://a.b/c/[IBAN-1]", "[URL-1]]"),
        ] as [(String, String)])
    func url(text: String, expected: String) { #expect(masked(text, .url) == expected) }

    @Test(
        "What only looks like a page's address isn't one",
        arguments: [
            "https://", "https:// example.com", "http:example.com", "www.", "www", "wwwx.example.com", "example.com",
            "xhttps://example.com", "file.txt", "1/2", "and/or", "max@example.com", "mailto:max@example.com", "www .a",
            "https//example.com", "",
        ])
    func noURL(text: String) { #expect(masked(text, .url) == text) }
}
