/// The command line of streamllm-keys.
import Access
import ArgumentParser
import Common
import Foundation
import ZeroMQ

@main
struct KeysCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "streamllm-keys",
        abstract: "Makes and lists the keys by which programs on other machines are known.", version: Version.current,
        subcommands: [Make.self, Allow.self, List.self])

    static func main() {
        // What it makes is for its user alone.
        umask(0o077)
        Program.main { await main(nil) }
    }
}

/// Where keys are.
private struct Folder: ParsableArguments {
    @Option(help: ArgumentHelp("Where the keys are, as --keys of the other programs has it.", valueName: "folder"))
    var keys: String
}

extension KeysCommand {
    struct Make: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make a key for the programs of this machine: me.key_secret, and me.key to give to others.")

        @OptionGroup private var folder: Folder

        func run() throws {
            try Program.answer {
                let pair = try CurveKeyPair.make()
                try KeyFolder.write(
                    KeyFile(publicKey: pair.publicKey, secretKey: pair.secretKey), to: "\(folder.keys)/me.key_secret")
                try KeyFolder.write(KeyFile(publicKey: pair.publicKey), to: "\(folder.keys)/me.key")
                return "Give \(folder.keys)/me.key to others; keep \(folder.keys)/me.key_secret to yourself."
            }
        }
    }

    struct Allow: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Let somebody in: copies a public key into authorized/, with what its owner may do.")

        @OptionGroup private var folder: Folder

        @Option(help: "What its owner may: read, tokens, resume, feedback, publish, with commas between them.")
        var may: String

        @Argument(help: "By which its owner is known here.")
        var name: String

        @Argument(help: "The file of the public key.")
        var file: String

        func run() throws {
            try Program.answer {
                guard name.wholeMatch(of: /[A-Za-z0-9][A-Za-z0-9._-]{0,99}/) != nil, name != Keyring.itself.name else {
                    throw ExitStatus.usage(
                        "\"\(name)\" can't be the name of a key: letters, digits, `.`, `_` and `-` can.")
                }
                do throws(UnknownRight) { _ = try Right.list(may) } catch { throw ExitStatus.usage("\(error).") }
                let given = try KeyFolder.readFile(file)
                if let other = try KeyFolder.owner(of: given.publicKey, in: folder.keys) {
                    throw ExitStatus.usage(
                        "\(file) is the key of \(other), who is let in already: change \(KeyFolder.clientFolder)/\(other).key."
                    )
                }
                let path = "\(folder.keys)/\(KeyFolder.clientFolder)/\(name).key"
                try KeyFolder.write(
                    KeyFile(publicKey: given.publicKey, metadata: ["name": name, "may": may]), to: path)
                return "\(name) may \(may). Programs that run read it when they are started again."
            }
        }
    }

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List whom this machine knows, and who is let in.")

        @OptionGroup private var folder: Folder

        func run() throws {
            try Program.answer {
                let keys = try KeyFolder.read(folder.keys)
                let servers = keys.servers.map { server in
                    let places = server.endpoints.sorted().joined(separator: " ")
                    return "server \(server.name)  \(server.key.z85)\(places.isEmpty ? "" : "  at \(places)")"
                }
                let clients = keys.clients.sorted { $0.value.name < $1.value.name }.map { key, client in
                    "client \(client.name)  \(key.z85)  may \(client.rights.map(\.rawValue).sorted().joined(separator: ", "))"
                }
                return (["me  \(keys.own.publicKey.z85)"] + servers + clients).joined(separator: "\n")
            }
        }
    }
}
