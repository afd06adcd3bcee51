/// What servers say, made fit for entries and logs.
import Foundation
import Testing

@testable import Answering

@Suite("A server's text", .timeLimit(.minutes(5)))
struct ServerTextTests {
    @Test(
        "is short, on one line, and drives no terminal",
        arguments: [
            ("", ""),
            ("server busy, please try again.", "server busy, please try again."),
            ("Grüße, 世界 🌐", "Grüße, 世界 🌐"),
            (String(repeating: "a", count: 200), String(repeating: "a", count: 200)),
            (String(repeating: "a", count: 201), String(repeating: "a", count: 199) + "…"),
            // One character to the eye, and as many as one likes to the memory.
            ("e" + String(repeating: "\u{301}", count: 1000), "e" + String(repeating: "\u{301}", count: 198) + "…"),
            ("\u{1B}[2Jevil\nINFO consumer: forged\r\t\0\u{9B}31m", " [2Jevil INFO consumer: forged    31m"),
            ("a\u{2028}b\u{202E}c\u{7F}", "a b c "),
        ])
    func forms(_ text: String, _ made: String) { #expect(ServerText(text).description == made) }

    @Test("28 MB are as short")
    func huge() {
        let isShort =
            ServerText(String(repeating: "🌐", count: 7_000_000)).description == String(repeating: "🌐", count: 199) + "…"
        #expect(isShort)
    }

    @Test("a list has the first names and says how many more there are")
    func list() {
        #expect(ServerText.list([]) == "none")
        #expect(ServerText.list(["b", "a"]) == "a, b")
        #expect(ServerText.list((10...19).map { "n\($0)" }).hasSuffix("n18, n19"))
        #expect(ServerText.list((10...20).map { "n\($0)" }).hasSuffix("n19 and 1 more"))
    }

    @Test(
        "a count is one, or nothing is known",
        arguments: [
            ("0", 0), ("26", 26), ("9007199254740991", (1 << 53) - 1), ("9007199254740992", nil), ("-1", nil),
            ("-9223372036854775808", nil), ("9223372036854775808", nil), ("1e300", nil), ("1.5", nil), ("26.0", 26),
            (#""26""#, 26),
            ("null", nil), ("true", nil), ("[]", nil),
        ] as [(String, Int?)])
    func counts(_ json: String, _ value: Int?) throws {
        #expect(JSONValue(Array("[\(json)]".utf8))?.elements.first?.count == value)
    }

    @Test("What a server quotes of a secret is hidden, whole or cut, and in all forms in which it was sent")
    func secrets() throws {
        _ = try WrittenSetting.secret("tok/EN-secret-77", called: "K")
        _ = try ModelAddress.list(
            "http://alice:p%40ss%20word@gpu:1/x?api-version=2024&api-key=QUERY77", for: .openai, called: "X")
        let pair = "YWxpY2U6cEBzcyB3b3Jk"
        for quoted in [
            "tok/EN-secret-77", "tok%2FEN%2Dsecret%2D77", "tok%2FEN-secret-77", "dG9rL0VOLXNlY3JldC03Nw==", "p@ss word",
            "p%40ss%20word",
            "tok&#x2F;EN&#x2D;secret&#x2D;77", "tok&#47;EN&#45;secret&#45;77", pair, "QUERY77", "TOK/en-SECRET-77",
            "tok\\/EN-secret-77", "QmVhcmVyIHRvay9FTi1zZWNyZXQtNzc=",
        ] {
            let text = ServerText("Incorrect key provided: \(quoted). Ask \(quoted)!").description
            #expect(text == "Incorrect key provided: …. Ask …!")
            // Where the text is cut, nothing of it is left either.
            for size in 180...200 {
                let long = ServerText(String(repeating: "x", count: size) + quoted + String(repeating: "y", count: 50))
                    .description
                #expect(!long.contains(quoted.prefix(4)))
            }
        }
        #expect(
            ServerText("key tok/EN-sec***** and tok/EN-se... are wrong").description == "key …***** and …... are wrong")
        // Letters that only some take for the same.
        _ = try WrittenSetting.secret("silent-key-77-x", called: "K")
        for word in ["ſilent-key", "\u{17F}ILENT-\u{212A}ey", "sılent", "ſilent"] {
            #expect(ServerText("\(word) and \(word)").description.contains(" and "))
        }
        // What people write where no key is needed may be part of a model's name.
        _ = try WrittenSetting.secret("ollama", called: "K")
        #expect(ServerText("model ollama/llama3").description == "model ollama/llama3")
        #expect(ServerText("tok/EN-settings are others").description == "tok/EN-settings are others")
        #expect(ServerText("Authorization: Bearer abcdefgh123").description == "Authorization: Bearer …")
        #expect(ServerText("key sk-proj-ABCdef123456 is wrong").description == "key sk-… is wrong")
        #expect(
            ServerText("the 2024 basic model, a task-based one, sk-1").description
                == "the 2024 basic model, a task-based one, sk-1")
    }
}
