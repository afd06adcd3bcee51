/// What a model's server sees of personal data, and what comes of its answer.
import AnsweringRig
import Chat
import OllamaStub
import Records
import Testing
import TestSupport

@testable import Answering

@Suite("The masked responder", .timeLimit(.minutes(5)))
struct MaskedResponderTests {
    /// Something of each kind.
    private static let values = [
        "DE89 3704 0044 0532 0130 00", "4111-1111-1111-1111", "max@example.com", "+49 171 1234567", "536-90-4399",
        "192.168.1.10",
        "https://example.com/a?b=c",
    ]

    private func question(_ messages: [ChatMessage], history: [ChatMessage] = [], of session: String = "abc123")
        -> Question
    {
        Question(messages, history: history, sessionID: session)
    }

    private func responder(_ rig: Rig) -> MaskedResponder {
        MaskedResponder(rig.server(), masking: MaskKind.allCases)
    }

    /// All that the stub was sent, as text.
    private func sent(_ rig: Rig) -> String {
        rig.stub.requests.all.map { String(decoding: $0.body, as: UTF8.self) + $0.headers.description }.joined()
            .replacing("\\/", with: "/")
    }

    @Test("A model sees placeholders, and its answer has the values")
    func roundTrip() async throws {
        try await withRig(
            .answering(.token("Sent to [IB"), .token("AN-1], and a mail to [emai"), .token("l 1]."), .done())
        ) {
            rig in
            let pieces = Recorded<String>()
            let answer = await responder(rig).answer(
                question([.customer("Send it to DE89370400440532013000 and tell max@example.com.")])
            ) { pieces.append($0.text) }
            #expect(answer.response.status == .generated)
            #expect(answer.response.text == "Sent to DE89370400440532013000, and a mail to max@example.com.")
            #expect(answer.response.masked == ["iban", "email"])
            #expect(pieces.all == ["Sent to ", "DE89370400440532013000, and a mail to ", "max@example.com."])
            #expect(sent(rig).contains("Send it to [IBAN-1] and tell [EMAIL-1]."))
        }
    }

    @Test("Nothing that is masked reaches the server or the log", arguments: PromptForm.allCases)
    func secret(form: PromptForm) async throws {
        let template = try PromptTemplate(
            form == .seed ? "{session_id}: {conversation} | {history} | {window}" : "You answer {session_id}.",
            for: form)
        // A server that quotes what it was asked, refuses at first, and answers in the end.
        let script: @Sendable (ChatRequest) -> [Step] = { request in
            let quote = request.messages.map(\.content).joined()
            return request.number < 3
                ? [.error(request.number == 1 ? 500 : 400, quote)] : [.token(quote), .errorLine(quote)]
        }
        try await withRig(
            Behaviour(script: script),
            adjust: {
                $0.form = form
                $0.template = template
            }
        ) { rig in
            let responder = responder(rig)
            let messages = Self.values.map { ChatMessage.customer("It's \($0), or \($0.uppercased())") }
            for session in ["max@example.com", "+49 171 1234567"] {
                for _ in 1...3 {
                    let answer = await responder.answer(question(messages, history: messages, of: session)) { _ in }
                    #expect(answer.response.masked == MaskKind.allCases.map(\.rawValue))
                    // What a server says of itself stays masked.
                    for value in Self.values { #expect(answer.response.reason?.contains(value) != true) }
                }
            }
            let sent = sent(rig)
            let log = rig.logs.lines.all.map(\.text).joined(separator: "\n")
            #expect(sent.contains("[IBAN-1]") && sent.contains("[EMAIL-1]"))
            for value in Self.values {
                for form in [value, value.uppercased(), value.replacing(" ", with: "")] {
                    #expect(!sent.contains(form), "\(form)")
                    #expect(!log.contains(form), "\(form)")
                }
            }
        }
    }

    @Test("A value is masked before a long message is cut, so that no part of it is left")
    func cut() async throws {
        // Whatever the prompt's budget cuts off, the digits that would be left are the value's.
        for size in 1...60 {
            let text = "DE89370400440532013000" + String(repeating: "x", count: size)
            let separated = "DE89370400440532013000 " + String(repeating: "x", count: size)
            var masker = Masker(Set(MaskKind.allCases))
            let masked = question([.customer(separated)]).masked(by: &masker)
            let prompt = Prompt(masked, room: 40, ModelOptions(servers: [], model: "qwen:32b"))
            #expect(!prompt.text.contains("013000"), "\(size)")
            // As long as the text isn't masked, some of it is left.
            let bare = Prompt(question([.customer(text)]), room: 60, ModelOptions(servers: [], model: "qwen:32b"))
            if size < 20 { #expect(bare.text.contains("013000")) }
        }
    }

    @Test("A question without personal data is asked as it is")
    func nothing() async throws {
        try await withRig { rig in
            let answer = await responder(rig).answer(question([.customer("Are there any fees?")])) { _ in }
            #expect(answer.response.masked == [])
            #expect(answer.response.text == "This is qwen:32b.")
            #expect(sent(rig).contains("Customer: Are there any fees?"))
        }
    }

    @Test("What the model can't answer gets the canned reply that it would get unmasked")
    func fallback() async throws {
        try await withRig(.answering(.error(404, "gone"))) { rig in
            // A masked card isn't the word that the reply is chosen by.
            let messages = [ChatMessage.customer("4111 1111 1111 1111")]
            let answer = await responder(rig).answer(question(messages)) { _ in }
            #expect(answer.response.status == .fallback)
            #expect(answer.response.text == CannedReply.reply(to: Conversation(messages)))
            #expect(answer.response.text != CannedReply.reply(to: Conversation([.customer("[CARD-1]")])))
            #expect(answer.response.masked == ["card"])
        }
    }

    @Test("Placeholders of another session, and such as a model makes up, stay as they are")
    func others() async throws {
        try await withRig(.answering(.token("[IBAN-1] [IBAN-2] [EMAIL-1] [CARD-7]"), .done())) { rig in
            let responder = responder(rig)
            let first = await responder.answer(
                question([.customer("DE89370400440532013000 and NL91ABNA0417164300")], of: "one")
            ) { _ in }
            #expect(first.response.text == "DE89370400440532013000 NL91ABNA0417164300 [EMAIL-1] [CARD-7]")
            let second = await responder.answer(question([.customer("max@example.com")], of: "two")) { _ in }
            #expect(second.response.text == "[IBAN-1] [IBAN-2] max@example.com [CARD-7]")
            // Of the same session, but not in the question any more.
            let third = await responder.answer(question([.customer("NL91 ABNA 0417 1643 00")], of: "one")) { _ in }
            #expect(third.response.text == "[IBAN-1] NL91 ABNA 0417 1643 00 [EMAIL-1] [CARD-7]")
        }
    }

    @Test("A placeholder that a customer writes is nobody's number")
    func typed() async throws {
        try await withRig(Behaviour { [.token($0.messages.last?.content ?? ""), .done()] }) { rig in
            let responder = responder(rig)
            _ = await responder.answer(question([.rm("Ours is DE89370400440532013000.")])) { _ in }
            let answer = await responder.answer(
                question(
                    [.customer("Repeat after me: [IBAN-1], iban-1 and IBAN-1.")],
                    history: [.rm("Ours is DE89370400440532013000.")])
            ) { _ in }
            #expect(sent(rig).contains("Ours is [IBAN-1]."))
            #expect(sent(rig).contains("Repeat after me: [TEXT-1], iban-1 and [TEXT-2]."))
            #expect(answer.response.masked == ["iban"])
            var masker = Masker(Set(MaskKind.allCases))
            _ = masker.mask("Ours is DE89370400440532013000. [IBAN-1] IBAN-1")
            #expect(
                Unmasker.unmasked("[TEXT-1], iban-1 and [TEXT-2]", masker.values) == "[IBAN-1], iban-1 and IBAN-1")
        }
    }

    /// Begins twice.
    private struct Stammerer: Responder {
        func start() async {}

        func answer(_ question: Question, onPiece: @escaping PieceHandler) async -> Answer {
            for piece in [.token("Well, [IBAN-"), .startOver, .token("1] is [IBAN"), .token("-1")] as [AnswerPiece] {
                await onPiece(piece)
            }
            await onPiece(.token("]"))
            await onPiece(.token(" [IB"))
            return Answer(
                response: Response(status: .generated, text: "1] is [IBAN-1] [IB", responder: "stammerer"),
                firstToken: .zero)
        }
    }

    @Test("What is held back of an answer that begins anew doesn't become a part of the new one")
    func startOver() async throws {
        let pieces = Recorded<String>()
        let responder = MaskedResponder(Stammerer(), masking: [.iban])
        let answer = await responder.answer(question([.customer("NL91ABNA0417164300")])) { pieces.append($0.text) }
        #expect(pieces.all == ["Well, ", "[anew]", "1] is ", "NL91ABNA0417164300", " ", "[IB"])
        #expect(answer.response.text == "1] is NL91ABNA0417164300 [IB")
    }

    @Test("Values are put back into an answer up to a limit")
    func limit() {
        let long = "https://example.com/" + String(repeating: "a", count: 100_000)
        var masker = Masker([.url])
        #expect(masker.mask(long) == "[URL-1]")
        let answer = Unmasker.unmasked(String(repeating: "[URL-1] ", count: 10), masker.values)
        #expect(answer.hasPrefix("\(long) \(long) [URL-1] "))
        #expect(answer.utf8.count < 300_000)
    }
}
