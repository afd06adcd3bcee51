/// Answers in quotes.
import Testing

@testable import Answering

@Suite("Quotes around an answer", .timeLimit(.minutes(5)))
struct QuoteFilterTests {
    @Test(
        "Those around all of it are taken off, others stay, however the text comes",
        arguments: [
            ("Good.", "Good."), ("", ""), ("\"Good.\"", "Good."), ("“Good.”", "Good."), ("„Gut.“", "Gut."),
            ("„Gut.”", "Gut."), ("„Gut.\"", "Gut."), ("”Bra.”", "Bra."), ("«Bon.»", "Bon."),
            ("«\u{A0}Bon.\u{202F}»", "Bon."),
            ("»Gut.«", "Gut."), ("‹Bon.›", "Bon."), ("'Good.'", "Good."), ("‘Good.’", "Good."), ("‚Gut.‘", "Gut."),
            ("「好。」", "好。"), ("『好。』", "好。"), ("\"Good.\" \n", "Good."), ("\" Good. \"", "Good."),
            ("\"One.\n\nTwo.\"", "One.\n\nTwo."),
            // Quotes within.
            ("\"Say \"yes\" and sign.\"", "Say \"yes\" and sign."), ("“Say “yes”.”", "Say “yes”."),
            ("\"Sign (\"here\") now.\"", "Sign (\"here\") now."), ("\"\"Good.\"\"", "\"Good.\""),
            ("“Say \"yes\".”", "Say \"yes\"."), ("Say \"yes\".", "Say \"yes\"."), ("It is \"good\"", "It is \"good\""),
            // Apostrophes.
            ("'It's good.'", "It's good."), ("‘That’s good.’", "That’s good."),
            ("'Tis the bosses' view.", "'Tis the bosses' view."), ("\"It's good.\"", "It's good."),
            // Not around all of it.
            ("\"Yes\" and \"no\"", "\"Yes\" and \"no\""), ("\"Yes\" it is.", "\"Yes\" it is."),
            ("‘Yes’ and ‘no’", "‘Yes’ and ‘no’"), ("\"Good.\".", "\"Good.\"."),
            ("\"One.\"\n\n\"Two.\"", "\"One.\"\n\n\"Two.\""),
            ("\"Good.", "\"Good."), ("Good.\"", "Good.\""), ("“Good. “Bad.”", "“Good. “Bad.”"),
            ("\"A 24\" screen\"", "\"A 24\" screen\""),
            // Nothing in them.
            ("\"\"", ""), ("\"", ""), ("“”", ""), ("“ ”", ""), ("““””", ""),
        ])
    func table(_ text: String, _ answer: String) {
        for parts in text.cuts() {
            var filter = QuoteFilter()
            #expect(shown(by: &filter, of: parts) == answer, "\(parts)")
        }
    }

    @Test("What is in quotes is shown as it comes; where they turn out to be around a part, the answer begins anew")
    func streamed() {
        var filter = QuoteFilter()
        let pieces: [(String, [AnswerPiece])] = [
            ("\"", []), ("Thank", [.token("Thank")]), (" you", [.token(" you")]), (".\"", [.token(".")]), (" ", []),
            ("Or", [.startOver, .token("\"Thank you.\" Or")]), (" \"not\"", [.token(" \"not\"")]),
        ]
        for (piece, expected) in pieces {
            let found = filter.append([.token(piece)])
            #expect(found == expected)
        }
        let rest = filter.end(isCut: false)
        #expect(rest == [])
    }

    @Test("Where there was no room for the closing one, the opening one is taken off all the same")
    func cut() {
        for parts in "“Good. I".cuts() {
            var filter = QuoteFilter()
            var text = ""
            for part in parts { text.show(filter.append([.token(part)])) }
            text.show(filter.end(isCut: true))
            #expect(text == "Good. I", "\(parts)")
        }
    }

    @Test("An answer that begins anew may be in quotes again")
    func startOver() {
        var filter = QuoteFilter()
        var text = ""
        for pieces in [[.token("Thoughts")], [.startOver, .token("“Good")], [.token(".”")]] as [[AnswerPiece]] {
            text.show(filter.append(pieces))
        }
        text.show(filter.end(isCut: false))
        #expect(text == "Good.")
    }
}
