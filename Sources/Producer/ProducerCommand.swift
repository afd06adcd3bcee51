/// The command line of streamllm-producer.
import ArgumentParser
import Chat
import Common
import Feed
import Foundation
import Monitoring
import Producing
import Settings

@main
struct ProducerCommand: ConfiguredCommand {
    static let configuration = CommandConfiguration(
        commandName: "streamllm-producer",
        abstract: "Publishes a JSONL file of chat messages on a ZeroMQ socket, at the pace of the conversation.",
        version: Version.current)

    @Option(help: "JSON lines to publish ('-': standard input).")
    var inputFile = "messages.jsonl"

    @Flag(help: "Go on reading as the file grows, until stopped.")
    var follow = false

    @Option(help: "How much faster than the conversation itself (0: as fast as possible).")
    var speedFactor = 2.0

    @Option(help: "Where messages are published.", transform: writtenEndpoint)
    var endpoint = "tcp://127.0.0.1:5556"

    @Option(help: "Where subscribers ask for what they missed.", transform: writtenEndpoint)
    var replayEndpoint = "tcp://127.0.0.1:5557"

    @Option(
        help: "Name of the stream (default: a new one for each run). With the same name and file, subscribers go on.")
    var streamId: String?

    @Option(help: "At the end, seconds to wait without a request before leaving subscribers behind.")
    var linger = 10.0

    @Option(help: "Longest line that is sent, in bytes; longer ones are reported and left out.")
    var maxLineBytes = 1 << 20

    @Option(
        help: ArgumentHelp(
            "Where fields stand that have other names, such as session_id=conversationId,message=data.text.",
            valueName: "field=name,…"))
    var fieldMap = ""

    @Option(
        help: ArgumentHelp(
            "What senders mean that have other names, such as user=customer,agent=rm.", valueName: "name=sender,…"))
    var senderMap = ""

    @OptionGroup var access: KeyOptions

    @Flag(help: "Let other machines connect without keys: whoever does reads all chats.")
    var withoutKeys = false

    @OptionGroup var watching: MonitorOptions

    @OptionGroup var settings: SettingsOptions

    @OptionGroup var log: LogOptions

    static func main() { Program.main(hearsHangups: true) { await start() } }

    func validate() throws {
        guard speedFactor >= 0, speedFactor.isFinite else {
            throw ValidationError("--speed-factor must be 0 or more")
        }
        try OptionRange.checkSeconds("--linger", linger)
        if Endpoint.anyTwice([endpoint, replayEndpoint]) {
            throw ValidationError("two of the endpoints to listen on are the same: \(endpoint), \(replayEndpoint)")
        }
        // A follower's own limit on frames is 64 MiB, and an answer holds at least one line.
        try OptionRange.check("--max-line-bytes", maxLineBytes, 1...(32 << 20))
        if let streamId, !(1...Position.streamLimit ~= streamId.utf8.count) {
            throw ValidationError("--stream-id must have 1 to \(Position.streamLimit) bytes")
        }
        _ = try mapping()
        if log.isWritten(to: inputFile) {
            throw ValidationError("--log-file is the input: the log would be written into it")
        }
    }

    private func mapping() throws -> FieldMapping {
        do throws(FieldMapping.Mistake) {
            return try FieldMapping(fields: fieldMap, senders: senderMap)
        } catch {
            throw ValidationError("--field-map or --sender-map: \(error)")
        }
    }

    func run(_ reading: SettingsReader<Self>.Reading) async throws {
        try await Program.run("producer", log, translating: ExitStatus.init(feedError:)) { logger in
            let own = [endpoint, replayEndpoint]
            let keys = try access.keyring(connectingTo: [], listeningOn: own, withoutKeys: withoutKeys)
            KeyOptions.warn(listeningOn: own, with: keys, logger: logger)
            var options = BroadcastOptions(
                inputFile: inputFile, follows: follow, speed: speedFactor, endpoint: endpoint,
                replayEndpoint: replayEndpoint, stream: streamId, linger: .seconds(linger),
                maxLineBytes: maxLineBytes, mapping: try mapping(), keys: keys)
            options.monitor = watching.monitor
            try await ProducerDaemon(options, logger: logger).run(beside: [ReloadService(reading, logger: logger)])
        }
    }
}
