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
        ] { try Seconds.check(name, value, from: 0.001) }
        for (name, value) in [("--concurrency", concurrency), ("--server-concurrency", serverConcurrency)] {
            guard 1...1000 ~= value ?? 1 else { throw ValidationError("\(name) must be from 1 to 1000") }
        }
        guard 0...10_000 ~= history else { throw ValidationError("--history must be from 0 to 10000") }
        guard temperature ?? 0 >= 0, temperature ?? 0 <= 100 else {
            throw ValidationError("--temperature must be from 0 to 100")
        }
        guard 1...1_000_000 ~= numPredict else { throw ValidationError("--num-predict must be from 1 to 1000000") }
        guard 1...10_000_000 ~= numCtx else { throw ValidationError("--num-ctx must be from 1 to 10000000") }
        guard keepAlive.wholeMatch(of: /-?[0-9]{1,9}(\.[0-9]{1,9})?|-?([0-9]{1,9}(\.[0-9]{1,9})?(ms|s|m|h))+/) != nil
        else {
            throw ValidationError("--keep-alive must be a number of seconds, or a duration such as 10m or 1h30m")
        }
        let model = try Self.understood(wantedModel)
        if ModelName.isRemote(model) {
            throw ValidationError(
                "Model \(model) would run in Ollama's cloud: prompts would leave this machine. Choose a local one.")
        }
        _ = try Self.understood(servers)
        _ = try Self.understood(apiKey)
        _ = try Self.understood(masked)
    }

    private var dialect: ModelOptions.Dialect { responder == .openai ? .openai : .ollama }

    var environment: ModelEnvironment {
        ModelEnvironment(ProcessInfo.processInfo.environment, for: dialect, isAsked: responder.asks)
    }

    private func wantedModel() throws(WrittenSetting.Problem) -> String {
        guard let model else { return try environment.model() }
        return try WrittenSetting.model(model, called: "--model")
    }

    func servers() throws(WrittenSetting.Problem) -> [ModelAddress] {
        guard !server.isEmpty else { return try environment.servers() }
        return try ModelAddress.list(server.joined(separator: ","), for: dialect, called: "--server")
    }

    private func apiKey() throws(WrittenSetting.Problem) -> String? {
        guard let apiKeyFile else { return try environment.apiKey(reading: Self.text(of:)) }
        guard let text = Self.text(of: apiKeyFile) else {
            throw WrittenSetting.Problem("--api-key-file: \(apiKeyFile) isn't a file that can be read")
        }
        return try WrittenSetting.secret(text, called: "--api-key-file")
    }

    private func masked() throws(WrittenSetting.Problem) -> [MaskKind] {
        guard let mask else { return [] }
        return try MaskKind.list(mask, called: "--mask")
    }

    /// What stands in a file with a key: the beginning of it, since a key isn't long.
    private static func text(of path: String) -> String? {
        guard let file = FileHandle(forReadingAtPath: path), let data = try? file.read(upToCount: 64 << 10) else {
            return nil
        }
        return String(decoding: data, as: UTF8.self)
    }

    /// - Throws: `ValidationError` where a setting can't be understood.
    private static func understood<Value>(_ setting: () throws(WrittenSetting.Problem) -> Value) throws -> Value {
        do {
            return try setting()
        } catch {
            throw ValidationError("\(error).")
        }
    }

    /// - Throws: ``ExitStatus`` when a setting or the prompt's file can't be used.
    func modelOptions() throws(ExitStatus) -> ModelOptions {
        let (servers, model, apiKey, masked): ([ModelAddress], String, String?, [MaskKind])
        do {
            (servers, model, apiKey, masked) = (
                try self.servers(), try wantedModel(), try self.apiKey(), try self.masked()
            )
        } catch {
            throw ExitStatus.usage("\(error).")
        }
        let share = concurrency.map { ($0 + servers.count - 1) / servers.count }
        let options = ModelOptions(
            dialect: dialect, servers: servers, model: model, inFlightLimit: serverConcurrency ?? share ?? 1,
            connectTimeout: .seconds(connectTimeout), firstTokenTimeout: .seconds(firstTokenTimeout),
            tokenTimeout: .seconds(tokenTimeout), answerTimeout: .seconds(answerTimeout), contextTokens: numCtx,
            answerTokens: numPredict, keepAlive: keepAlive, temperature: temperature, seed: seed,
            systemPrompt: systemPrompt, form: promptForm,
            template: try promptFile.map { path throws(ExitStatus) in try PromptFile.read(path, for: promptForm) },
            masked: masked,
            apiKey: apiKey, certificateFile: try certificateFile())
        guard options.promptBudget >= 1000 else {
            throw ExitStatus.usage(
                "--num-ctx (\(numCtx)) leaves no room for a conversation beside --num-predict (\(numPredict)), system prompt and prompt file."
            )
        }
        return options
    }

    func questionsAtOnce(of model: ModelOptions) -> Int {
        concurrency ?? model.servers.count * model.inFlightLimit
    }

    private func certificateFile() throws(ExitStatus) -> String? {
        guard let path = environment.certificateFile else { return nil }
        guard FileManager.default.isReadableFile(atPath: path) else {
            throw ExitStatus.noInput("SSL_CERT_FILE can't be read: \(path).")
        }
        return path
    }
}

extension ConsumerOptions.ResponderKind: ExpressibleByArgument {}
extension PromptForm: ExpressibleByArgument {}
extension AnswerOrder.Policy: ExpressibleByArgument {}
extension AnswerCondition: ExpressibleByArgument {}
