/// The options that say who answers, and how.
import Answering
import ArgumentParser
import Common
import Consuming
import Foundation

/// Responder, model, prompt and patience on the command line.
struct AnswerOptions: ParsableArguments {
    @Option(help: "Who answers: ollama, openai, fallback (canned replies) or none (windows only).")
    var responder = ConsumerOptions.ResponderKind.ollama

    @Option(help: "Model to ask (default: $QUEN_MODEL_NAME, else quen:32b).")
    var model: String?

    @Option(
        help: ArgumentHelp(
            "A server of the model; may be given several times (default: $OLLAMA_BASE_URL or $OPENAI_BASE_URL, else http://localhost:11434).",
            valueName: "url"))
    var server: [String] = []

    @Option(
        help: ArgumentHelp(
            "File with the server's key (default: $OLLAMA_API_KEY or $OPENAI_API_KEY, or the file that $…_API_KEY_FILE names).",
            valueName: "file"))
    var apiKeyFile: String?

    @Option(
        help: "Windows asked about at the same time (default: as many as all servers take, see --server-concurrency).")
    var concurrency: Int?

    @Option(help: "Windows asked about at the same time on one server (default: --concurrency shared out, else 1).")
    var serverConcurrency: Int?

    @Option(help: "A window that waits while a newer one of its session does: queue (answer it) or latest (don't).")
    var onBacklog = AnswerOrder.Policy.queue

    @Option(help: "When the model is asked: always, or when-customer-waits (for more than thanks or a goodbye).")
    var answer = AnswerCondition.always

    @Option(help: "Earlier messages of the session to put before the window's in the prompt, at most (0: none).")
    var history = 40

    @Option(help: "How the model is asked: seed (one text with a question) or chat (the conversation as a chat).")
    var promptForm = PromptForm.seed

    @Option(
        help: "File with the question to ask, {conversation} in it being what was said; with chat, the system prompt.")
    var promptFile: String?

    @Option(help: "What the model is told before everything else.")
    var systemPrompt: String?

    @Option(
        help: "Personal data that the model is not to see: a list of iban, card, email, phone, id, ip, url, or all.")
    var mask: String?

    @Option(help: "How freely the model chooses its words, from 0 (default: the server's).")
    var temperature: Double?

    @Option(help: "Number that makes the model's choices repeatable (default: none).")
    var seed: Int?

    @Option(help: "The model's context, in tokens: prompt and answer have to fit into it.")
    var numCtx = 8192

    @Option(help: "The longest answer, in tokens.")
    var numPredict = 200

    @Option(
        help: "How long Ollama keeps the model in memory: 10m, 1h, seconds, or -1 (for ever), written --keep-alive=-1.")
    var keepAlive = "10m"

    @Option(help: "Seconds to wait for a connection to the model's server.")
    var connectTimeout = 5.0

    @Option(help: "Seconds to wait for the first token; loading the model is in it.")
    var firstTokenTimeout = 120.0

    @Option(help: "Seconds to wait between two tokens.")
    var tokenTimeout = 30.0

    @Option(help: "Seconds to wait for a whole answer, other servers' attempts included.")
    var answerTimeout = 300.0

    func validate() throws {
        for (name, value) in [
            ("--connect-timeout", connectTimeout), ("--first-token-timeout", firstTokenTimeout),
            ("--token-timeout", tokenTimeout), ("--answer-timeout", answerTimeout),
        ] { try OptionRange.checkSeconds(name, value, from: 0.001) }
        try OptionRange.check("--concurrency", concurrency, 1...1000)
        try OptionRange.check("--server-concurrency", serverConcurrency, 1...1000)
        try OptionRange.check("--history", history, 0...10_000)
        guard 0...100 ~= temperature ?? 0 else { throw ValidationError("--temperature must be from 0 to 100") }
        try OptionRange.check("--num-predict", numPredict, 1...1_000_000)
        try OptionRange.check("--num-ctx", numCtx, 1...10_000_000)
        guard WrittenSetting.isKeepAlive(keepAlive) else {
            throw ValidationError("--keep-alive must be a number of seconds, or a duration such as 10m or 1h30m")
        }
        do { _ = try written.options() } catch { throw ValidationError("\(error).") }
    }

    var environment: ModelEnvironment {
        ModelEnvironment(ProcessInfo.processInfo.environment, for: dialect, isAsked: responder.asks)
    }

    private var dialect: ModelOptions.Dialect { responder == .openai ? .openai : .ollama }

    private var written: WrittenModel {
        WrittenModel(
            model: model, servers: server, apiKeyFile: apiKeyFile, masked: mask, dialect: dialect,
            environment: environment, reading: ServerKeyFile.text)
    }

    /// - Throws: ``ExitStatus`` when a setting or the prompt's file can't be used.
    func modelOptions() throws(ExitStatus) -> ModelOptions {
        var options: ModelOptions
        do { options = try written.options() } catch { throw ExitStatus.usage("\(error).") }
        let share = concurrency.map { ($0 + options.servers.count - 1) / options.servers.count }
        options.inFlightLimit = serverConcurrency ?? share ?? 1
        options.connectTimeout = .seconds(connectTimeout)
        options.firstTokenTimeout = .seconds(firstTokenTimeout)
        options.tokenTimeout = .seconds(tokenTimeout)
        options.answerTimeout = .seconds(answerTimeout)
        (options.contextTokens, options.answerTokens, options.keepAlive) = (numCtx, numPredict, keepAlive)
        (options.temperature, options.seed) = (temperature, seed)
        (options.form, options.systemPrompt) = (promptForm, systemPrompt)
        if let promptFile { options.template = try PromptFile.read(promptFile, for: promptForm) }
        try options.check()
        return options
    }
}

extension ConsumerOptions.ResponderKind: Choice {}
extension PromptForm: Choice {}
extension AnswerOrder.Policy: Choice {}
extension AnswerCondition: Choice {}
