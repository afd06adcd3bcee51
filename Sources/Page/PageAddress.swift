/// What a person opens.
import Common
import Foundation
import Logging

/// The page's address, with the word that opens it.
package struct PageAddress: Sendable {
    private let listen: ListenAddress
    private let port: Int
    private let token: String

    init(_ listen: ListenAddress, port: Int, token: String) {
        self.listen = listen
        self.port = port
        self.token = token
    }

    /// That of a page that is served with these options, or would be.
    ///
    /// - Throws: ``ExitStatus`` when the word can't be read, or isn't kept.
    package init(_ options: PageOptions) throws(ExitStatus) {
        if case .port(_, 0) = options.listen {
            throw .usage("With port 0 the address is another one each time: it is printed at the start.")
        }
        let port = if case .port(_, let port) = options.listen { port } else { 0 }
        let secrets = try Secrets.kept(
            for: options.listen, tokenFile: options.tokenFile, in: options.stateDirectory)
        self.init(options.listen, port: port, token: secrets.token)
    }

    package var url: String {
        let place: String =
            switch listen {
            case .port(let host, _):
                if ["0.0.0.0", "::"].contains(host) {
                    "localhost:\(port)"
                } else {
                    host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
                }
            // Whoever stands in front of the socket has a name of its own.
            case .unix: "localhost"
            }
        return "http://\(place)/?\(Guard.tokenField)=\(token)"
    }

    /// Starts a browser. The address isn't given to it as an argument, which everybody on this machine could read, but in a
    /// file.
    func openInBrowser(in folder: String, _ logger: Logger) {
        let path = folder + "/open-page.html"
        unlink(path)
        let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard file >= 0 else { return logger.warning("No browser is started: \(folder) can't be written") }
        let text = Array(
            "<!doctype html><meta http-equiv=\"refresh\" content=\"0;url=\(url)\"><title>streamllm</title>\n".utf8)
        let isWritten = write(file, text, text.count) == text.count
        close(file)
        let opener = Process()
        opener.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        opener.arguments = ["xdg-open", path]
        opener.standardOutput = FileHandle.nullDevice
        opener.standardError = FileHandle.nullDevice
        do {
            guard isWritten else { return }
            try opener.run()
        } catch {
            logger.warning("No browser can be started (xdg-open): open the address yourself")
        }
    }
}
