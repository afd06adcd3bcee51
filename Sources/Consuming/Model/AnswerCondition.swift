/// Which windows a model is asked about.
import Chat
import Records

/// Whether every window is worth a question.
package enum AnswerCondition: String, Sendable, CaseIterable {
    case always
    /// Only where the customer waits for the RM: spoke last, and said more than a courtesy.
    case whenCustomerWaits = "when-customer-waits"

    private static let rmSpokeLast = Response.notAsked(
        because: "the RM spoke last (--answer \(whenCustomerWaits.rawValue))")
    private static let onlyCourtesy = Response.notAsked(
        because: "the customer only said thanks, goodbye or OK (--answer \(whenCustomerWaits.rawValue))")

    /// What stands in a window's entry where nobody is asked; nil: somebody is.
    func response(to conversation: Conversation) -> Response? {
        guard self == .whenCustomerWaits else { return nil }
        var last: Sender?
        // Of what the customer has said since the RM spoke. What the RM said before the window may have been a question.
        var (isCourtesy, isReply) = (true, true)
        conversation.forEach { message in
            if message.sender == .rm {
                isCourtesy = true
                isReply = Courtesy.isQuestion(message.text)
            } else {
                isCourtesy = isCourtesy && Courtesy.matches(message.text, isReply: isReply)
            }
            last = message.sender
        }
        if last == .rm { return Self.rmSpokeLast }
        return isCourtesy && last != nil ? Self.onlyCourtesy : nil
    }
}
