/// The options that say how a model is asked.
import Answering
import Foundation
import Testing
import TestSupport

@testable import Consumer

@Suite("Options for answers", .timeLimit(.minutes(5)))
struct AnswerOptionsTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func options(_ arguments: String...) throws -> AnswerOptions {
        try AnswerOptions.parse(["--responder", "fallback", "--model", "qwen:32b"] + arguments)
    }

    @Test("An answer has 200 tokens at most, and a prompt 40 earlier messages, unless it is said otherwise")
    func usual() throws {
        let options = try options()
        #expect(options.history == 40)
        #expect(try options.modelOptions().answerTokens == 200)
        #expect(try options.modelOptions().form == .seed)
        #expect(try options.modelOptions().template == nil)
    }

    @Test("A model is asked in the form that is wanted")
    func form() throws {
        #expect(try options("--prompt-form", "seed").modelOptions().form == .seed)
        #expect(try options("--prompt-form", "chat").modelOptions().form == .chat)
        #expect(throws: (any Error).self) { try options("--prompt-form", "Chat") }
    }

    @Test("In a chat a prompt file is the system prompt: it has no place for the conversation, and needs none")
    func promptFile() throws {
        let plain = try folder.write("plain.txt", "You are an RM. This is about {session_id}.")
        #expect(try options("--prompt-form", "chat", "--prompt-file", plain).modelOptions().template != nil)
        #expect(throws: (any Error).self) { try options("--prompt-file", plain).modelOptions() }
        let full = try folder.write("full.txt", "{conversation} What now?")
        #expect(try options("--prompt-file", full).modelOptions().template != nil)
        #expect(throws: (any Error).self) {
            try options("--prompt-form", "chat", "--prompt-file", full).modelOptions()
        }
    }

    @Test("The prompts that are installed can be used")
    func installed() throws {
        let prompts = Setup.package + "/share/prompts"
        let names = try FileManager.default.contentsOfDirectory(atPath: prompts).sorted()
        #expect(names == ["next-step.txt", "reply.txt", "summary.txt"])
        let makefile = try String(contentsOfFile: Setup.package + "/Makefile", encoding: .utf8)
        for name in names {
            let options = try options("--prompt-file", prompts + "/" + name).modelOptions()
            // Each message stands there once.
            #expect(options.promptBudget > 20_000)
            #expect(makefile.contains(name))
        }
    }

    @Test("What the model isn't to see is a list of kinds, and nothing unless it is said")
    func mask() throws {
        #expect(try options().modelOptions().masked == [])
        #expect(try options("--mask", "email,iban").modelOptions().masked == [.iban, .email])
        #expect(try options("--mask", "all").modelOptions().masked == MaskKind.allCases)
        #expect(throws: (any Error).self) { try options("--mask", "name") }
        #expect(throws: (any Error).self) { try options("--mask", "") }
    }

    @Test("A key's file must have a key in it")
    func keyFile() throws {
        func key(_ text: String) throws -> String? {
            let path = try folder.write("key", text)
            return try AnswerOptions.parse(["--responder", "openai", "--model", "m", "--api-key-file", path])
                .modelOptions().apiKey
        }
        #expect(try key("sk-0123\n") == "sk-0123")
        #expect(throws: (any Error).self) { try key("") }
        #expect(throws: (any Error).self) { try key(" \n") }
        #expect(throws: (any Error).self) { try key("two words") }
    }
}
