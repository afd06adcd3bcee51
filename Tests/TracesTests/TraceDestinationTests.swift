/// Where traces go.
import Common
import Testing
import TestSupport

@testable import Traces

@Suite("The address of a collector", .timeLimit(.minutes(1)))
struct TraceDestinationTests {
    @Test(
        "the path of OTLP is added where it isn't there",
        arguments: [
            ("http://127.0.0.1:4318", "http://127.0.0.1:4318/v1/traces"),
            ("http://127.0.0.1:4318/", "http://127.0.0.1:4318/v1/traces"),
            ("HTTP://[::1]:4318", "HTTP://[::1]:4318/v1/traces"),
            ("https://bank.example/api/public/otel", "https://bank.example/api/public/otel/v1/traces"),
            ("https://bank.example/v1/traces/", "https://bank.example/v1/traces"),
            ("http://localhost/x?token=1", "http://localhost/x/v1/traces?token=1"),
        ])
    func path(_ text: String, _ url: String) throws {
        let destination = try TraceDestination(text, headersFile: nil)
        #expect(destination.url == url)
        // What stands in a query may be a secret.
        #expect(!destination.shown.contains("token"))
    }

    @Test(
        "what is no address of HTTP isn't taken",
        arguments: [
            "", "localhost:4318", "ftp://localhost", "http://", "http://localhost:0", "http://localhost:99999",
            "http://localhost#x", "http://me@localhost", "http://me:secret@localhost", "unix:/socket",
        ])
    func refused(_ text: String) {
        #expect(throws: ExitStatus.self) { _ = try TraceDestination(text, headersFile: nil) }
    }

    @Test(
        "headers are read from a file, one on each line",
        arguments: [
            ("A: b", ["A: b"]), ("A:b\r\n\n  X-Y :  c d \n", ["A: b", "X-Y: c d"]), ("", []), ("A:", nil),
            ("A: b: c", ["A: b: c"]), ("no header", nil), (": b", nil), ("A B: c", nil), ("A: b\u{1}", nil),
            ("Ä: b", nil),
        ] as [(String, [String]?)])
    func headers(_ text: String, _ headers: [String]?) throws {
        let folder = try TemporaryFolder()
        try text.write(toFile: folder.path + "/headers", atomically: true, encoding: .utf8)
        let found = try? TraceDestination("http://localhost", headersFile: folder.path + "/headers").headers
        #expect(found?.map { "\($0.name): \($0.value)" } == headers)
    }
}
