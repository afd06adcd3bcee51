/// The command line of streamllm-consumer.
import ArgumentParser
import Common
import Feed
import Foundation

@main
struct ConsumerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "streamllm-consumer",
        abstract: "Cuts conversations into windows, asks a local model what to say next, and publishes the answers.")

    @Option(help: "Where messages come from; may be given several times.")
    var inputEndpoint = ["tcp://127.0.0.1:5556"]

    @Option(help: "Where workspace entries are published.")
    var outputEndpoint = "tcp://127.0.0.1:5558"

    @Option(help: "Where subscribers ask for entries they missed.")
    var outputReplayEndpoint = "tcp://127.0.0.1:5559"

    @OptionGroup(title: "Windows") var windows: WindowOptions

    @Option(help: "Who answers: ollama, fallback (canned replies) or none (windows only).")
    var responder = ConsumerOptions.ResponderKind.ollama

    @Option(help: "Model to ask (default: $QUEN_MODEL_NAME, else quen:32b).")
    var model: String?

    @Option(help: "Windows asked about at the same time. Ollama answers one at a time unless told otherwise.")
    var concurrency = 1

    @Option(help: "Earlier messages of the session to put before the window's in the prompt (0: none).")
    var history = 20

    @Option(help: "Seconds to wait for a connection to the model's server.")
    var connectTimeout = 5.0

    @Option(help: "Seconds to wait for the first token; loading the model is in it.")
    var firstTokenTimeout = 120.0

    @Option(help: "Seconds to wait between two tokens.")
    var tokenTimeout = 30.0

    @Option(help: "Seconds to wait for a whole answer.")
    var answerTimeout = 300.0

    @Option(help: "Where state is kept (default: $XDG_STATE_HOME/streamllm, else ~/.local/state/streamllm).")
    var stateDir: String?

    @Flag(help: "Keep all state in memory: what is not out yet is lost with the process.")
    var ephemeral = false

    @Option(help: "What a commit survives: full (also a loss of power) or normal (the end of the process).")
    var synchronous = Store.Synchronous.full

    @Option(help: "Seconds that entries are kept for replay (7 days).")
    var retain = 604_800.0

    @Option(help: "Where to begin in streams not seen before: start or now.")
    var from = StartOption.start

    @Flag(help: "Leave when every stream seen has ended and all its entries are out.")
    var exitOnEnd = false

    @Option(help: "With --exit-on-end, seconds to wait without a request before leaving subscribers behind.")
    var linger = 10.0

    @Option(help: "What standard output shows: pretty, json or none.")
    var console = ConsumerOptions.Console.pretty

    @Flag(help: "Say whether store, endpoints and model are as they should be, change nothing, and leave.")
    var check = false

    @OptionGroup var log: LogOptions

    enum StartOption: String, ExpressibleByArgument, CaseIterable {
        case start, now
    }

    static func main() async {
        Program.begin()
        await main(nil)
    }

    func validate() throws {
        try Seconds.check("--linger", linger)
        try Seconds.check("--retain", retain)
        for (name, value) in [
            ("--connect-timeout", connectTimeout), ("--first-token-timeout", firstTokenTimeout),
            ("--token-timeout", tokenTimeout), ("--answer-timeout", answerTimeout),
        ] { try Seconds.check(name, value, from: 0.001) }
        guard 1...1000 ~= concurrency else { throw ValidationError("--concurrency must be from 1 to 1000") }
        guard 0...10_000 ~= history else { throw ValidationError("--history must be from 0 to 10000") }
        guard !wantedModel.isEmpty else { throw ValidationError("--model must not be empty") }
        if responder == .ollama && ModelName.isRemote(wantedModel) {
            throw ValidationError(
                "Model \(wantedModel) would run in Ollama's cloud: prompts would leave this machine. Choose a local one."
            )
        }
    }

    private var wantedModel: String {
        model ?? Self.environment("QUEN_MODEL_NAME") ?? "quen:32b"
    }

    /// A variable of the environment; an empty one counts as missing.
    private static func environment(_ name: String) -> String? {
        ProcessInfo.processInfo.environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }

    private var options: ConsumerOptions {
        ConsumerOptions(
            inputEndpoints: inputEndpoint, outputEndpoint: outputEndpoint, outputReplayEndpoint: outputReplayEndpoint,
            policy: windows.policy, idleTimeout: .seconds(windows.idleTimeout),
            stateDirectory: ephemeral ? nil : stateDir ?? StateDirectory.standard, synchronous: synchronous,
            retention: retain, start: from == .start ? .beginning : .now, exitOnEnd: exitOnEnd,
            linger: .seconds(linger),
            console: console, responder: responder,
            ollama: OllamaOptions(
                servers: OllamaOptions.servers(Self.environment("OLLAMA_BASE_URL") ?? "http://localhost:11434"),
                model: wantedModel,
                connectTimeout: .seconds(connectTimeout), firstTokenTimeout: .seconds(firstTokenTimeout),
                tokenTimeout: .seconds(tokenTimeout), answerTimeout: .seconds(answerTimeout)),
            concurrency: concurrency, history: history)
    }

    func run() async throws {
        try await Program.run("consumer", log, translating: ExitStatus.init(feedError:)) { logger in
            if check {
                try await Check(options, logger: logger).run()
            } else {
                try await Daemon(options, logger: logger).run()
            }
        }
    }
}

extension ConsumerOptions.Console: ExpressibleByArgument {}
extension Store.Synchronous: ExpressibleByArgument {}
extension ConsumerOptions.ResponderKind: ExpressibleByArgument {}
