/// The command line of streamllm-subscribe.
import ArgumentParser
import Common
import Feed
import Foundation
import Logging
import ServiceLifecycle
import Settings
import Terminal

@main
struct SubscriberCommand: ConfiguredCommand {
    static let configuration = CommandConfiguration(
        commandName: "streamllm-subscribe",
        abstract: "Shows the entries of a workspace: each once and in order, also those from before it was started.",
        version: Version.current)

    @Option(help: "Where entries are published; may be given several times.", transform: writtenEndpoint)
    var endpoint = ["tcp://127.0.0.1:5558"]

    @Option(help: "Where to begin: start (the first entry kept), now, or an entry's sequence number.")
    var from = StartOption(start: .beginning)

    @Option(help: "Show this session alone.")
    var session: String?

    @Option(help: "What entries look like: pretty, or json (one line each).")
    var format = Format.pretty

    @Flag(
        help: """
            Also show answers while they are being written. Their pieces aren't kept: what was missed isn't fetched.
            """)
    var tokens = false

    @Flag(help: "Leave when everything that could come out so far has been shown.")
    var exitOnEnd = false

    @OptionGroup var access: KeyOptions

    @OptionGroup var settings: SettingsOptions

    @OptionGroup var log: LogOptions

    enum Format: String, Choice {
        case pretty, json
    }

    struct StartOption: ExpressibleByArgument {
        let start: Start

        init(start: Start) { self.start = start }

        init?(argument: String) {
            switch argument {
            case "start": start = .beginning
            case "now": start = .now
            default:
                guard let sequence = UInt64(argument), sequence > 0 else { return nil }
                start = .sequence(sequence)
            }
        }

        var defaultValueDescription: String { "start" }
    }

    static func main() { Program.main { await start() } }

    func run(_: SettingsReader<Self>.Reading) async throws {
        try await Program.run("subscribe", log, translating: ExitStatus.init(feedError:)) { logger in
            let options = ShowOptions(
                endpoints: Endpoint.distinct(endpoint), start: from.start, session: session, isJSON: format == .json,
                unfinished: tokens ? .text : .status, exitOnEnd: exitOnEnd,
                keys: try access.keyring(connectingTo: endpoint))
            let service = ShowService(show: try WorkspaceShow(options, logger: logger), logger: logger)
            try await Program.serve(main: service, logger: logger)
        }
    }
}

/// Shows a workspace, and says in the end how much.
private struct ShowService: Service {
    let show: WorkspaceShow
    let logger: Logger

    func run() async throws {
        let counts = try await show.run().counts
        logger.info("Done: shown \(counts.shown) records, passed over \(counts.passedOver), lost \(counts.lost)")
    }
}
