/// Asking without personal data.
import Chat
import Records
import Streaming

/// Masks what goes to another responder and puts values back into what it answers. Whatever that one does with a question (cut
/// it, send it, log it, quote it in an error), the values aren't in it.
public actor MaskedResponder: Responder {
    private let responder: any Responder
    private let kinds: Set<MaskKind>
    private var sessions = SessionNumbers()

    /// - Parameters:
    ///   - responder: whoever answers.
    ///   - kinds: what is masked.
    public init(_ responder: any Responder, masking kinds: [MaskKind]) {
        self.responder = responder
        self.kinds = Set(kinds)
    }

    public func start() async { await responder.start() }

    public func servers() async -> [WorkspaceStatus.Server] { await responder.servers() }

    public func answer(_ question: Question, onPiece: @escaping PieceHandler) async -> Answer {
        let (masked, masker) = mask(question)
        let pieces = UnmaskedPieces(masker.values, onPiece)
        var answer = await responder.answer(masked) { await pieces.unmask($0) }
        switch answer.response.status {
        case .generated:
            await pieces.end()
            answer.response.text = answer.response.text.map { Unmasker.unmasked($0, masker.values) }
            answer.response.raw = answer.response.raw.map { Unmasker.unmasked($0, masker.values) }
        // It was chosen by the customer's words, which are others in the masked question.
        case .fallback: answer.response.text = CannedReply.reply(to: question.conversation)
        case .superseded, .none, .forgotten: break
        }
        answer.response.masked = masker.found.map(\.rawValue)
        return answer
    }

    /// The question with placeholders in it, and what they stand for.
    private func mask(_ question: Question) -> (question: Question, masker: Masker) {
        // Two sessions of one name may be of two streams. They share the numbers then, but not what these stand for.
        let session = SessionKey(stream: "", id: question.sessionID)
        var masker = Masker(kinds, numbers: sessions.numbers(of: session))
        let masked = question.masked(by: &masker)
        sessions.keep(masker.numbers, of: session)
        return (masked, masker)
    }
}

extension Question {
    /// The same question with placeholders in all that a model may see. Messages are masked in the order in which they were said,
    /// whole, before anything is cut off them.
    func masked(by masker: inout Masker) -> Question {
        let history = history.map { $0.masked(by: &masker) }
        let messages = messages.map { $0.masked(by: &masker) }
        var masked = Question(messages, history: history, sessionID: sessionID, window: window)
        masked.shownSessionID = masker.mask(shownSessionID)
        return masked
    }
}

extension ChatMessage {
    fileprivate func masked(by masker: inout Masker) -> ChatMessage {
        var message = self
        message.text = masker.mask(text)
        return message
    }
}

/// An answer's pieces on their way out, with values put back.
private actor UnmaskedPieces {
    private let values: [Placeholder: String]
    private let onPiece: PieceHandler
    private var unmasker: Unmasker

    init(_ values: [Placeholder: String], _ onPiece: @escaping PieceHandler) {
        self.values = values
        self.onPiece = onPiece
        unmasker = Unmasker(values)
    }

    func unmask(_ piece: AnswerPiece) async {
        switch piece {
        case .token(let token): await show(unmasker.append(token))
        case .startOver:
            unmasker = Unmasker(values)
            await onPiece(.startOver)
        }
    }

    func end() async { await show(unmasker.end()) }

    private func show(_ text: String) async {
        if !text.isEmpty { await onPiece(.token(text)) }
    }
}
