/// The feed's errors as program endings.
import Feed
import ZeroMQ

extension ExitStatus {
    /// What an error of the feed means to the person who started the program.
    public init?(feedError error: any Error) {
        switch error {
        case let error as ZMQError: self = Self.status(of: error)
        case let error as FeedError: self = .usage("\(error)")
        default: return nil
        }
    }

    private static func status(of error: ZMQError) -> ExitStatus {
        guard let endpoint = error.endpoint else { return .software("\(error)") }
        if error.isAddressInUse {
            return .unavailable(
                "Endpoint in use: \(endpoint). Another program listens there; stop it or choose another endpoint.")
        }
        if error.isNoSocket {
            return .unavailable(
                "Endpoint can't be used: \(endpoint): there is a file, not a socket: it is left as it is. Choose another path."
            )
        }
        if error.isLinkedLock {
            return .unavailable(
                "Endpoint can't be used: \(endpoint): its lock, with .lock behind the name, is a symbolic link, which isn't followed."
            )
        }
        if error.isMalformedEndpoint {
            return .usage(
                "Not an endpoint: \(endpoint) (\(error.reason)). Write it as tcp://127.0.0.1:5556 or ipc:///PATH.")
        }
        return .unavailable("Endpoint can't be used: \(endpoint): \(error.reason).")
    }
}
