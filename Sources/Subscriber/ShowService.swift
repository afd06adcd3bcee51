/// Follows a workspace and prints it.
import Common
import Feed
import Logging
import ServiceLifecycle
import ZeroMQ

struct ShowOptions: Sendable {
    var endpoints: [String]
    var start: Start
    /// nil: all sessions.
    var session: String?
    var isJSON: Bool
    /// Also answers that are being written.
    var showsTokens: Bool
    var exitOnEnd: Bool
}

/// Prints records as they come, on a thread of its own.
struct ShowService: Service {
    private let options: ShowOptions
    private let logger: Logger
    private let stop: StopSignal

    init(_ options: ShowOptions, logger: Logger) throws {
        self.options = options
        self.logger = logger
        stop = StopSignal(wakeup: try Wakeup())
    }

    func run() async throws {
        let counts = try await onOwnThread("show", until: stop) { [self] in try show() }
        logger.info("Done: shown \(counts.shown) records, passed over \(counts.passedOver), lost \(counts.lost)")
    }

    private func show() throws -> Show.Counts {
        let context = try Context()
        let follower = try Follower(endpoints: options.endpoints, from: options.start, in: context)
        let tokens =
            try options.showsTokens
            ? TokenSocket(endpoints: options.endpoints, session: options.session, in: context) : nil
        if let tokens { follower.alsoWatch { tokens.watch(in: &$0) } }
        let output = StandardOutput()
        var show = Show(options, logger: logger)
        var deliveries: [Delivery] = []
        while !stop.isSet {
            try follower.poll(milliseconds: 1000, wakeup: stop.wakeup, into: &deliveries)
            for delivery in deliveries {
                let text = show.take(delivery)
                guard try output.write(text, isStopped: { stop.isSet }) == .written else { return show.counts }
                // Acknowledged only when it has been written: until then the publisher had better keep it.
                if case .ended(let stream) = delivery { try follower.acknowledgeEnd(of: stream) }
            }
            deliveries.removeAll(keepingCapacity: true)
            // Only now: records never wait for what isn't kept.
            if let tokens {
                let text = try take(tokens, into: &show)
                guard try output.write(text, isStopped: { stop.isSet }) == .written else { return show.counts }
            }
            if options.exitOnEnd && (show.isComplete || follower.hasEnded) {
                try follower.acknowledgeAll()
                break
            }
        }
        _ = try output.write(show.endLine(), isStopped: { true })
        return show.counts
    }

    /// What the pieces that are there put on the screen.
    private func take(_ tokens: TokenSocket, into show: inout Show) throws(ZMQError) -> [UInt8] {
        var text: [UInt8] = []
        for _ in 0..<TokenSocket.tokensPerTurn {
            guard let payload = try tokens.next() else { break }
            text += show.take(token: payload)
        }
        return text
    }
}
