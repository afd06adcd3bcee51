/// An answer sentence by sentence.
import Testing

@testable import Answering

@Suite("Whole sentences, once", .timeLimit(.minutes(5)))
struct SentenceFilterTests {
    @Test(
        "An answer ends where a sentence is said again, however the text comes",
        arguments: [
            ("I will help you now. I will help you now.", "I will help you now."),
            ("I will help you now. Really. I  WILL help\nyou now! More.", "I will help you now. Really."),
            ("I will help you now. I will help you now", "I will help you now."),
            ("Wir helfen Ihnen gern. Gut.\n\n„Wir helfen Ihnen gern.“ Ja.", "Wir helfen Ihnen gern. Gut."),
            ("Please call us back today\nPlease call us back today\nPlease", "Please call us back today"),
            (
                "You need:\n- a copy of your ID\n- proof of your rent\n- proof of your rent\n- x",
                "You need:\n- a copy of your ID\n- proof of your rent"
            ),
            ("**Let me check your rate.** Let me check your rate. So", "**Let me check your rate.**"),
            ("我们可以帮您办理。我们可以帮您办理。好。", "我们可以帮您办理。"),
            ("What's your business? Is it a shop? *What's your business?* I", "What's your business? Is it a shop?"),
            ("1. Send us a good offer\n2. Send us a good offer\n3. Send us", "1. Send us a good offer"),
            ("Step 1: Please send it to us.\nStep 2: Please send it to us.\nStep", "Step 1: Please send it to us."),
            ("How much? Good. How much? Well.", "How much? Good."),
            ("Thank you. Thank you! Thank you. Bye.", "Thank you. Thank you!"), ("好的。好的。好的。", "好的。好的。"),
        ])
    func repeated(_ text: String, _ answer: String) {
        for parts in text.cuts() {
            var filter = SentenceFilter()
            #expect(shown(by: &filter, of: parts) == answer, "\(parts)")
            #expect(filter.isTrimmed && filter.isOver)
        }
    }

    @Test(
        "Short sentences may be said twice, and others that only begin alike",
        arguments: [
            "", "Good", "Thank you. Thank you. Bye. Thank you.", "Why? Why?", "Yes, of course. Yes, of course.",
            "好的。好的。",
            "I will help you now. I will help you now and then.", "I can help you. You can help me. I can help.",
            "Is it the first rate? It is the first rate… Is it the second rate?",
            "1. Your income of a year\n2. Your income of two years",
        ])
    func others(_ text: String) {
        for parts in text.cuts() {
            var filter = SentenceFilter()
            #expect(shown(by: &filter, of: parts) == text, "\(parts)")
            #expect(!filter.isTrimmed && !filter.isOver)
        }
    }

    @Test(
        "At the length limit what stands behind the last whole sentence is dropped, if there is one",
        arguments: [
            ("Good. It depends on", "Good."), ("Good. It is 4.", "Good."), ("Good. Call Dr. Sm", "Good."),
            ("Good. Bye.", "Good. Bye."), ("Good. Bye. See", "Good. Bye."), ("Good.\n\nIt", "Good."),
            ("You need:\n- An ID\n- a pay", "You need:\n- An ID"), ("好。再", "好。"), ("**Good.** It", "**Good.**"),
            ("The rate is 4.5 percent. Th", "The rate is 4.5 percent."), ("Well? \n", "Well?"),
            // None is whole.
            ("It depends on", "It depends on"), ("Call Dr. Smith to", "Call Dr. Smith to"), ("", ""),
            ("I can offer you\na loan of", "I can offer you\na loan of"), ("You need:\n- a pay", "You need:\n- a pay"),
        ])
    func cut(_ text: String, _ answer: String) {
        for parts in text.cuts() {
            var filter = SentenceFilter()
            #expect(shown(by: &filter, of: parts, isCut: true) == answer, "\(parts)")
            #expect(!filter.isTrimmed)
            var whole = SentenceFilter()
            let all = shown(by: &whole, of: parts)
            #expect(all.hasPrefix(answer) && text.hasPrefix(all))
        }
    }

    @Test("The first sentence is shown as it comes, each other one when it is whole, in its pieces")
    func streamed() {
        var filter = SentenceFilter()
        let pieces: [(String, [AnswerPiece])] = [
            ("Thank", [.token("Thank")]), (" you", [.token(" you")]), (".", [.token(".")]), (" We", []),
            (" can", []), (" help.", []), (" Soon", [.token(" We can help.")]), (".", []),
        ]
        for (piece, expected) in pieces {
            let found = filter.append([.token(piece)])
            #expect(found == expected)
        }
        let rest = filter.end(isCut: false)
        #expect(rest == [.token(" Soon.")])
    }

    @Test("What was said of an answer that begins anew doesn't count")
    func startOver() {
        var filter = SentenceFilter()
        var text = ""
        text.show(filter.append([.token("I will help you now. And"), .startOver, .token("I will help you now.")]))
        text.show(filter.end(isCut: false))
        #expect(text == "I will help you now." && !filter.isTrimmed)
    }

    @Test("A thousand sentences are remembered, and none of more than 4 KiB")
    func bounds() {
        let sentences = (0...1000).map { "This is sentence number \($0)." }
        let long = String(repeating: "yes and ", count: 513)
        var said = SaidSentences()
        let first = (sentences + [long]).filter { said.isRepeated($0) }
        let second = (sentences + [long]).filter { said.isRepeated($0) }
        #expect(first == [])
        #expect(second == sentences.dropLast())
    }
}
