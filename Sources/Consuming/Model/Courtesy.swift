/// What people say when they want nothing more.
import Chat

/// Messages that consist of thanks, goodbyes and agreement alone. The table is small on purpose: what isn't in it is answered.
enum Courtesy {
    /// Who is asked something answers with these. In lower case, without punctuation, as the others.
    static let agreement = [
        "ok", "okay", "k", "alright", "all right", "all good", "great", "perfect", "wonderful", "excellent", "super",
        "cool", "got it", "i see", "understood", "sounds good", "will do", "that's all", "that is all", "that's it",
    ]
    /// Thanks and goodbyes.
    static let farewells = [
        "thanks", "thank you", "thx", "ty", "many thanks", "thanks a lot", "thank you very much", "thank you so much",
        "thanks so much", "thanks again", "thank you again", "thanks for your help", "thank you for your help",
        "cheers", "much appreciated",
        // Goodbyes.
        "bye", "bye bye", "goodbye", "good bye", "see you", "see you then", "see you soon", "talk to you soon",
        "have a nice day", "have a good day", "have a great day", "have a nice weekend", "have a good weekend",
        "you too", "good night", "take care",
    ]

    /// A longer message says more.
    private static let mostBytes = 120

    private static let courtesies = Set((agreement + farewells).map(words))
    private static let replies = Set(agreement.map(words))
    private static let longest = courtesies.map(\.count).max() ?? 0

    /// Whether a message says nothing else, of which several may be strung together: `OK, thanks a lot. Bye!` Punctuation,
    /// symbols and case don't count; a question mark does.
    ///
    /// - Parameter isReply: it follows a question. Agreement is an answer to that then.
    static func matches(_ text: UnsafeRawBufferPointer, isReply: Bool) -> Bool {
        // Before it is made a text: it may be megabytes.
        text.count <= mostBytes && matches(String(decoding: text, as: UTF8.self), isReply: isReply)
    }

    static func matches(_ text: String, isReply: Bool = false) -> Bool {
        guard text.utf8.count <= mostBytes else { return false }
        let words = words(text)
        guard !words.isEmpty, !text.unicodeScalars.contains(where: isQuestionMark) else { return false }
        // How many of the words, from the first on, may be courtesies.
        var ends: Set<Int> = [0]
        for end in 1...words.count {
            let starts = (max(0, end - longest)..<end).filter(ends.contains)
            let isOne = starts.contains { start in
                let phrase = Array(words[start..<end])
                return courtesies.contains(phrase) && !(isReply && replies.contains(phrase))
            }
            if isOne { ends.insert(end) }
        }
        return ends.contains(words.count)
    }

    /// Whether somebody is asked something.
    static func isQuestion(_ text: UnsafeRawBufferPointer) -> Bool {
        String(decoding: text, as: UTF8.self).unicodeScalars.contains(where: isQuestionMark)
    }

    private static func isQuestionMark(_ scalar: Unicode.Scalar) -> Bool { "?？؟¿".unicodeScalars.contains(scalar) }

    /// The words, in lower case. An apostrophe belongs to its word, however it is written.
    private static func words(_ text: String) -> [String] {
        text.lowercased().replacing("’", with: "'").split { !$0.isLetter && !$0.isNumber && $0 != "'" }.map(String.init)
    }
}
