/// The page's files as they go out.
import Testing

@testable import Page

@Suite("The page's files", .timeLimit(.minutes(1)))
struct AssetsTests {
    @Test("They have 80 KB at most, and none is empty")
    func size() {
        #expect(Assets.files.values.reduce(0) { $0 + $1.content.count } <= 80_000)
        #expect(Assets.files.count > 10 && Assets.files.values.allSatisfy { $0.content.count > 100 })
    }

    @Test(
        "Indentation, empty lines and comments stay at home",
        arguments: [
            ("", ""), ("\n\n  \n", ""), ("// one\n  // two", ""), ("  a();\n\n    b(); // why", "a();\nb(); // why\n"),
            ("/// doc\nx = \"//\";\n", "x = \"//\";\n"),
        ])
    func lean(_ source: String, _ lean: String) {
        #expect(String(decoding: Assets.lean(Array(source.utf8)), as: UTF8.self) == lean)
    }
}
