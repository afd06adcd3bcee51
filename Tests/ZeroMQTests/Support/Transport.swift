/// The ways sockets reach each other.
import TestSupport

/// A transport, for tests that have to hold over each of them.
enum Transport: CaseIterable {
    case ipc, abstractIPC, tcp

    /// An endpoint to bind that nobody else uses.
    func endpoint(in folder: TemporaryFolder) -> String {
        switch self {
        case .ipc: folder.endpoint("socket")
        case .abstractIPC: "ipc://@\(folder.path)/socket"
        case .tcp: "tcp://127.0.0.1:*"
        }
    }
}
