/// The command line of streamllm-consumer.
import ArgumentParser
import Common
import Consuming
import Feed
import Monitoring
import ServiceLifecycle
import Settings
import Storage
import Traces

@main
struct ConsumerCommand: ConfiguredCommand {
    static let configuration = CommandConfiguration(
        commandName: "streamllm-consumer",
        abstract: "Cuts conversations into windows, asks a local model what to say next, and publishes the answers.",
        version: Version.current)

    @Option(help: "Where messages come from; may be given several times.", transform: writtenEndpoint)
    var inputEndpoint = ["tcp://127.0.0.1:5556"]

    @Option(help: "Where windows come in that Flink has cut: no messages are read then.", transform: writtenEndpoint)
    var windowsFrom: String?

    @Option(help: "Where workspace entries are published.", transform: writtenEndpoint)
    var outputEndpoint = "tcp://127.0.0.1:5558"

    @Option(help: "Where subscribers ask for entries they missed.", transform: writtenEndpoint)
    var outputReplayEndpoint = "tcp://127.0.0.1:5559"

    @Option(
        help: "Where feedback comes in; none: nowhere (default: \(FeedbackEndpoint.usual.endpoint), if it is free).",
        transform: { $0 == "none" ? $0 : try writtenEndpoint($0) })
    var feedbackEndpoint: String?

    @OptionGroup(title: "Windows") var windows: WindowOptions

    @OptionGroup(title: "Answers") var answers: AnswerOptions

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

    @Option(help: "Remove a session's texts from the state directory, say what couldn't be reached, and leave.")
    var forgetSession: String?

    @OptionGroup var access: KeyOptions

    @Flag(help: "Let other machines connect without keys: whoever does reads all chats.")
    var withoutKeys = false

    @OptionGroup var watching: MonitorOptions

    @OptionGroup var tracing: TraceOptions

    @OptionGroup var settings: SettingsOptions

    @OptionGroup var log: LogOptions

    enum StartOption: String, Choice { case start, now }

    static func main() { Program.main(hearsHangups: true) { await start() } }

    func validate() throws {
        try OptionRange.checkSeconds("--linger", linger)
        try OptionRange.checkSeconds("--retain", retain)
        if check && forgetSession != nil { throw ValidationError("--check and --forget-session are two things") }
        let outputs =
            [outputEndpoint, outputReplayEndpoint]
            + [feedbackEndpoint, windowsFrom].compactMap { $0 }
            .filter { $0 != "none" }
        if Endpoint.anyTwice(outputs) {
            throw ValidationError("two of the endpoints to listen on are the same: \(outputs.joined(separator: ", "))")
        }
        // What it publishes would come back as messages, for ever.
        if let own = inputEndpoint.first(where: { Endpoint.anyTwice(outputs + [$0]) }) {
            throw ValidationError("--input-endpoint \(own) is this consumer's own output")
        }
    }

    private var ownEndpoints: [String] {
        [outputEndpoint, outputReplayEndpoint] + [feedback?.endpoint, windowsFrom].compactMap { $0 }
    }

    private func options() throws(ExitStatus) -> ConsumerOptions {
        let keys = try access.keyring(
            connectingTo: windowsFrom == nil ? inputEndpoint : [], listeningOn: ownEndpoints, withoutKeys: withoutKeys)
        let model = try answers.modelOptions()
        return try ConsumerOptions(
            inputEndpoints: Endpoint.distinct(inputEndpoint), windowsFrom: windowsFrom, outputEndpoint: outputEndpoint,
            outputReplayEndpoint: outputReplayEndpoint, feedbackEndpoint: feedback,
            policy: windows.policy, idleTimeout: .seconds(windows.idleTimeout),
            stateDirectory: ephemeral ? nil : stateDir ?? StateFolder.standard, synchronous: synchronous,
            retention: retain, start: from == .start ? .beginning : .now, exitOnEnd: exitOnEnd,
            linger: .seconds(linger), console: console, responder: answers.responder, model: model,
            concurrency: answers.concurrency ?? model.capacity, history: answers.history,
            backlogPolicy: answers.onBacklog,
            answerCondition: answers.answer, keys: keys, monitor: watching.monitor, traces: tracing.destination())
    }

    private var feedback: FeedbackEndpoint? { .written(feedbackEndpoint) }

    func run(_ reading: SettingsReader<Self>.Reading) async throws {
        try await Program.run(
            "consumer", log, isQuestion: check || forgetSession != nil,
            translating: { ExitStatus(feedError: $0) ?? ExitStatus(storeError: $0) }
        ) { logger in
            if check {
                try await Check(options(), logger: logger).run()
            } else if let forgetSession {
                try await ForgetSession(forgetSession, options(), logger: logger).run()
            } else {
                let options = try options()
                KeyOptions.warn(listeningOn: ownEndpoints, with: options.keys, logger: logger)
                try await Daemon(options, logger: logger).run { control in
                    [
                        ReloadService(reading, logger: logger) { command in
                            guard let control else { return false }  // Where no model is asked, none is looked at.
                            let (model, concurrency) = (try command.answers.modelOptions(), command.answers.concurrency)
                            return await control.change(to: model, concurrency: concurrency ?? model.capacity)
                        }
                    ]
                }
            }
        }
    }
}

extension ConsumerOptions.Console: Choice {}
extension Store.Synchronous: Choice {}
