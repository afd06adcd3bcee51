/// Looking at the endpoints.
import Common
import Feed
import Foundation
import Storage
import ZeroMQ

/// Listens to the inputs for a moment, and sees whether the outputs are free. Runs on a thread of its own.
struct EndpointCheck {
    /// Control comes each second at least, and a connection takes a moment.
    private static let patience = Duration.milliseconds(1500)

    private let options: ConsumerOptions

    init(_ options: ConsumerOptions) { self.options = options }

    /// - Throws: ``ZMQError`` when an input endpoint can't be understood.
    func findings() throws -> [Check.Finding] {
        try (options.windowsFrom.map { [output($0, "windows from")] } ?? inputs()) + [
            output(options.outputEndpoint, "output"), output(options.outputReplayEndpoint, "output replay"),
        ] + feedback()
    }

    private func inputs() throws -> [Check.Finding] {
        let context = try FeedContext(keys: options.keys)
        return try options.inputEndpoints.map { endpoint in
            let heard = try listen(to: endpoint, context)
            let streams = heard.map { "stream \($0.stream), \($0.next - 1) records\($0.ended ? ", ended" : "")" }
            return Check.Finding(
                verdict: streams.isEmpty ? .note : .ok, subject: "input",
                text: "\(endpoint): "
                    + (streams.isEmpty
                        ? "nobody publishes there now (that may come later)" : streams.joined(separator: "; ")))
        }
    }

    /// What publishers there say of themselves. They don't learn of it: nothing is asked.
    private func listen(to endpoint: String, _ context: FeedContext) throws -> [Control] {
        let socket = try FeedSocket.tokens(in: context)
        try socket.subscribe(to: Topic.control)
        try context.connect(socket, to: endpoint)
        var poller = Poller()
        _ = poller.add(socket)
        var found: [String: Control] = [:]
        var frame = Frame()
        let deadline = ContinuousClock.now + Self.patience
        while found.isEmpty, case let rest = deadline - .now, rest > .zero {
            try poller.wait(milliseconds: rest.milliseconds + 1)
            // Topic, payload and position: the payload is the one that can be read.
            while try socket.receive(into: &frame) {
                if let control = Control(json: frame.bytes) { found[control.stream] = control }
            }
        }
        return found.values.sorted { $0.stream < $1.stream }
    }

    private func feedback() -> [Check.Finding] {
        guard let endpoint = options.feedbackEndpoint else { return [] }
        var finding = output(endpoint.endpoint, "feedback")
        if endpoint.isOptional && finding.verdict == .problem { finding.verdict = .note }
        return [finding]
    }

    private func output(_ endpoint: String, _ subject: String) -> Check.Finding {
        do {
            try tryOut(endpoint)
            return Check.Finding(verdict: .ok, subject: subject, text: "\(endpoint) is free")
        } catch {
            return Check.Finding(
                verdict: .problem, subject: subject,
                text: ExitStatus(feedError: error)?.description ?? plainError(error))
        }
    }

    /// Binds the endpoint and lets it go; of an `ipc://` one, which would be made by that, only the folder is looked at, and
    /// what has its name.
    private func tryOut(_ endpoint: String) throws {
        let scheme = "ipc://"
        guard endpoint.hasPrefix(scheme) else {
            var socket = try Socket(.publisher, in: Context())
            try socket.set(.linger, 0)
            return try socket.bind(endpoint)
        }
        let path = String(endpoint.dropFirst(scheme.count))
        let folder = (path as NSString).deletingLastPathComponent
        guard access(folder.isEmpty ? "." : folder, W_OK | X_OK) == 0 else {
            throw ExitStatus.cannotCreate("\(endpoint): \(String(cString: strerror(errno)))")
        }
        if let process = FileLock.holder(of: path + ".lock") {
            throw ExitStatus.unavailable("Endpoint in use: \(endpoint) (process \(process)).")
        }
        try IPCPath.check(endpoint)
    }
}
