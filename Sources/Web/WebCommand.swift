/// The command line of streamllm-web.
import ArgumentParser
import Common
import Feed
import Foundation
import Logging
import Monitoring
import Page
import Settings

@main
struct WebCommand: ConfiguredCommand {
    static let configuration = CommandConfiguration(
        commandName: "streamllm-web",
        abstract: "Shows workspaces on a page: chats, suggestions as they are written, and how things are.",
        discussion: "Prints the address to open. It attaches as any subscriber does: if it ends, nobody else notices.",
        version: Version.current)

    @Option(
        help: "Where entries are published; given several times, workspaces are shown side by side.",
        transform: writtenEndpoint)
    var endpoint = ["tcp://127.0.0.1:5558"]

    @Option(
        help:
            "Where the chats are published, so that a message is seen at once; may be given several times, or be none.",
        transform: writtenEndpoint)
    var inputEndpoint = ["tcp://127.0.0.1:5556"]

    @Option(
        help:
            "Where feedback goes, or none; for several workspaces in their order. Default: tcp://127.0.0.1:5560 for the first.",
        transform: writtenEndpoint)
    var feedbackEndpoint: [String] = []

    @Option(help: "Where the page is served: 127.0.0.1:8080, [::1]:8080 or unix:/PATH.")
    var listen = ListenAddress.standard

    @Flag(help: "Start a browser.")
    var open = false

    @Option(help: "Let messages be typed on the page: they are appended to this JSON Lines file.")
    var compose: String?

    @Option(help: "A further name by which browsers may ask for the page; may be given several times.")
    var allowHost: [String] = []

    @Option(
        help: "A file with the word that opens the page, 16 characters at least. Needed where others can get there.")
    var tokenFile: String?

    @Option(
        help: "Where the page's secrets are kept (default: $XDG_STATE_HOME/streamllm, else ~/.local/state/streamllm).")
    var stateDir: String?

    @Flag(help: "Print the address of the page, and leave.")
    var address = false

    @OptionGroup var access: KeyOptions

    @OptionGroup var watching: MonitorOptions

    @OptionGroup var settings: SettingsOptions

    @OptionGroup var log: LogOptions

    static var deeds: Set<String> { ["address"] }

    mutating func validate() throws {
        if endpoint.count > PageOptions.mostWorkspaces {
            throw ValidationError("at most \(PageOptions.mostWorkspaces) workspaces can be shown")
        }
        if feedbackEndpoint.count > endpoint.count {
            throw ValidationError("there are more --feedback-endpoint than --endpoint")
        }
        if !listen.isLocal && tokenFile == nil {
            throw ValidationError(
                "others can get to \(listen): choose the word that opens the page, with --token-file, or listen on 127.0.0.1"
            )
        }
    }

    static func main() {
        // What it makes is for its user alone.
        umask(0o077)
        Program.main(hearsHangups: true) { await start() }
    }

    func run(_ reading: SettingsReader<Self>.Reading) async throws {
        try await Program.run("web", log, isQuestion: address, translating: ExitStatus.init(feedError:)) { logger in
            if address { return try StandardStreams.answer(try PageAddress(options).url) }
            var options = options
            options.monitor = watching.monitor
            options.keys = try access.keyring(
                connectingTo: options.endpoints + options.inputEndpoints + options.feedbackEndpoints.compactMap(\.self))
            try await PageServer(options, logger: logger).run(beside: [ReloadService(reading, logger: logger)])
        }
    }

    var options: PageOptions {
        let endpoints = Endpoint.distinct(endpoint)
        var feedback = feedbackEndpoint.map { $0 == "none" ? nil : Optional($0) }
        if feedbackEndpoint.isEmpty { feedback = ["tcp://127.0.0.1:5560"] }
        while feedback.count < endpoints.count { feedback.append(nil) }
        return PageOptions(
            endpoints: endpoints, inputEndpoints: Endpoint.distinct(inputEndpoint.filter { $0 != "none" }),
            feedbackEndpoints: Array(feedback.prefix(endpoints.count)), listen: listen, allowedHosts: allowHost,
            tokenFile: tokenFile, stateDirectory: stateDir ?? StateFolder.standard, composeFile: compose,
            opensBrowser: open)
    }
}

extension ListenAddress {
    fileprivate static let standard = ListenAddress.port(host: "127.0.0.1", 8080)
}
