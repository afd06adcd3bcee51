/// Replies for when no model answers.
import Chat

/// Chooses a reply by the customer's last words. None of them promises anything.
public enum CannedReply {
    private static let replies: [(words: [String], reply: String)] = [
        (
            [" complain", " unhappy", " frustrat", " disappoint", " unacceptable"],
            "I'm sorry about this. Let me look into what happened and come back to you with a clear answer."
        ),
        (
            [" fraud", " stolen", " hacked", " suspicious", " scam"],
            "Thank you for telling me at once. Let's make sure your accounts are safe first: which transaction or message worries you?"
        ),
        (
            [" refinanc", " mortgage", " loan", " home "],
            "I'd be glad to go through your loan with you. Could you tell me your remaining balance and what you'd like to achieve: a lower payment, a shorter term, or cash out?"
        ),
        (
            [" invest ", " investing", " investment", " portfolio", " fund ", " funds ", " stock", " bond", " retire"],
            "Let's look at your portfolio together. What is your time horizon, and how comfortable are you with ups and downs on the way?"
        ),
        (
            [" rate ", " rates ", " interest ", " percent", " %"],
            "Let me check the current rates that apply to you and come back with the exact figures."
        ),
        (
            [" fee ", " fees ", " charge", " cost"],
            "Let me pull up the fees that apply to you, so that we can go through them one by one."
        ),
        (
            [" transfer", " payment", " wire ", " send money"],
            "I can help you with that transfer. Which account should it come from, and when does it need to arrive?"
        ),
        (
            [" account", " balance", " statement", " card"],
            "Let me look at your account details. What exactly would you like to know or change?"
        ),
        (
            [" appointment", " meeting", " call me", " tomorrow", " schedule"],
            "I'd be happy to find a time with you. Which day and hour would suit you best?"
        ),
        (
            [" thank", " great ", " perfect"],
            "You're very welcome. Is there anything else I can help you with today?"
        ),
    ]

    /// Words and the place of their reply, by the byte behind the space that each begins with.
    private static let places: [[(word: [UInt8], place: Int)]] = {
        var places = [[(word: [UInt8], place: Int)]](repeating: [], count: 256)
        for (place, reply) in replies.enumerated() {
            for word in reply.words.map({ Array($0.utf8) }) { places[Int(word[1])].append((word, place)) }
        }
        return places
    }()

    public static func reply(to conversation: Conversation) -> String {
        let place = conversation.withLastText(of: .customer) { firstPlace(in: words(in: $0)) }
        return place.map { replies[$0].reply }
            ?? "Thank you for your message. Could you tell me a little more, so that I can help you in the best way?"
    }

    /// The place of the first reply of which a word stands in the text.
    private static func firstPlace(in words: [UInt8]) -> Int? {
        var first: Int?
        for start in words.indices.dropLast() where words[start] == space {
            for (word, place) in places[Int(words[start + 1])] where place < first ?? .max {
                if words[start...].starts(with: word) { first = place }
            }
        }
        return first
    }

    private static let space = UInt8(ascii: " ")
    private static let percent = UInt8(ascii: "%")

    /// A text in lower case, with one space for whatever stands between words, so that " fee" is found in "the fees" and not
    /// in "coffee" or "feeling".
    private static func words(in text: UnsafeRawBufferPointer) -> [UInt8] {
        var words = [space]
        words.reserveCapacity(text.count + 2)
        for byte in text {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): words.append(byte)
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): words.append(byte | 0x20)
            case ..<0x80:
                if words.last != space { words.append(space) }
                if byte == percent { words += [percent, space] }
            // Which of the others are letters, a string knows.
            default: return Self.words(in: String(decoding: text, as: UTF8.self))
            }
        }
        if words.last != space { words.append(space) }
        return words
    }

    private static func words(in text: String) -> [UInt8] {
        let words = text.lowercased().replacing("%", with: " % ").split { !($0.isLetter || $0.isNumber || $0 == "%") }
        return Array(" \(words.joined(separator: " ")) ".utf8)
    }
}
