/// By what a program knows others, as its command line says it.
import Access
import ArgumentParser
import Feed
import Logging

/// Keys, for all that can be reached over the network.
public struct KeyOptions: ParsableArguments, Sendable {
    @Option(
        help: ArgumentHelp(
            "Keys for TCP endpoints: connections are encrypted, and nobody gets in without a key.", valueName: "folder")
    )
    public var keys: String?

    public init() {}

    /// Reads the keys, and looks whether they are enough for what is to be connected to and listened on.
    ///
    /// - Parameter withoutKeys: whoever runs the program has said that others may reach it without keys.
    /// - Throws: ``ExitStatus`` with what is missing.
    public func keyring(
        connectingTo servers: [String], listeningOn own: [String] = [], withoutKeys: Bool = false
    ) throws(ExitStatus) -> Keyring? {
        for endpoint in servers + own { try PrivateFolder.check(endpoint) }
        guard let keys else {
            if !withoutKeys, let open = own.first(where: Endpoint.isReachedFromElsewhere) {
                throw .usage(
                    "Other machines can get to \(open), and whoever does reads all chats: give --keys FOLDER, or say --without-keys."
                )
            }
            return nil
        }
        let ring = try KeyFolder.read(keys)
        if let unknown = servers.first(where: { FeedContext.usesKeys($0) && ring.server(at: $0) == nil }) {
            throw .usage(
                "No key in \(keys) is that of \(unknown): put it there as server-HOST.key, or name the endpoint in its metadata (endpoints = \"\(unknown)\")."
            )
        }
        return ring
    }

    /// What whoever runs the program should know of what it listens on.
    public static func warn(listeningOn own: [String], with ring: Keyring?, logger: Logger) {
        let open = own.filter(FeedContext.usesKeys)
        if let ring {
            guard ring.clients.isEmpty, !open.isEmpty else { return }
            logger.warning("Nobody is let in: no key is in \(KeyFolder.clientFolder)")
        } else if !open.isEmpty {
            logger.warning(
                "Every user of this machine can connect to \(open.joined(separator: ", ")) and read the chats. Endpoints by name are for you alone (\(PrivateFolder.names.joined(separator: ", "))), and --keys asks for a key"
            )
        }
    }
}
