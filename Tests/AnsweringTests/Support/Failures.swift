/// Looking at what went wrong.

import AnsweringRig
import Chat
import Records
import TestSupport

@testable import Answering

/// The ``ModelFailure`` that `body` ends with; nil where it ends well.
///
/// - Throws: any other error.
func modelFailure(_ body: () async throws -> Void) async throws -> ModelFailure? {
    do {
        try await body()
        return nil
    } catch let failure as ModelFailure {
        return failure
    }
}

extension OllamaClient {
    /// Asks with the usual patience.
    func chat(model: String, prompt: String, onPiece: @escaping PieceHandler) async throws -> Completion {
        let patience = Patience(options, from: .now)
        return try await patience.watch {
            try await chat(model: model, prompt: Prompt(prompt), patience: patience, onPiece: onPiece)
        }
    }

    /// What a question to a model fails with; nil where it is answered.
    func failure(
        model: String = "qwen:32b", onPiece: @escaping PieceHandler = { _ in }
    ) async throws -> ModelFailure? {
        try await modelFailure { _ = try await chat(model: model, prompt: "Hello?", onPiece: onPiece) }
    }
}

extension ModelResponder {
    /// Asks about a window with one message.
    func chat(_ text: String, onPiece: @escaping PieceHandler) async throws -> Completion {
        var attempts: [Attempt] = []
        return try await chat(Question([.customer(text)]), noting: &attempts, onPiece: onPiece)
    }

    /// What a question fails with, if it does: a ``ModelFailure``, or a failure that is known without asking.
    func failure() async -> (any Error)? {
        do {
            _ = try await chat("Hello?") { _ in }
            return nil
        } catch {
            return error
        }
    }
}

extension AnswerPiece {
    /// The piece as text.
    var text: String {
        switch self {
        case .token(let token): token
        case .startOver: "[anew]"
        }
    }
}

extension ModelFailure {
    /// Whether the answer broke off, whatever the details.
    var isBreakOff: Bool {
        switch self {
        case .brokeOff, .connectionLost: true
        default: false
        }
    }

    /// Whether what came wasn't Ollama's, whatever the details.
    var isUnreadable: Bool {
        if case .unreadable = self { return true }
        return false
    }
}

extension Rig {
    /// A client of the stub.
    var client: OllamaClient { OllamaClient(at: .of(stub.baseURL), options: options, exchange: http.exchange) }
}
