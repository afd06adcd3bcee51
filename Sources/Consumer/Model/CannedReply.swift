/// Replies for when no model answers.
import Common

/// Chooses a reply by the customer's last words. None of them promises anything.
enum CannedReply {
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
            [" rate ", " rates ", " interest ", " percent", "%"],
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

    static func reply(to messages: [ChatMessage]) -> String {
        let text = messages.last { $0.sender == .customer }?.text.lowercased() ?? ""
        // Spaced, so that " fee" is found in "the fees" and not in "coffee" or "feeling".
        let words = " " + text.map { $0.isLetter || $0.isNumber || $0 == "%" ? $0 : " " } + " "
        return replies.first { $0.words.contains { words.contains($0) } }?.reply
            ?? "Thank you for your message. Could you tell me a little more, so that I can help you in the best way?"
    }
}
