/// A server that gives whoever asks what it was told.
import Answering
import Foundation
import Synchronization
import TestSupport

/// Speaks as much HTTP as a client needs to read an answer. The stub of Ollama remembers every request, which is too much for
/// millions of them.
final class AnswerServer: Sendable {
    /// A Unix socket: of TCP ports there are too few, where a client hangs up some thousand times a second.
    let url: String
    private let folder: TemporaryFolder
    private let listener: Int32
    private let answer = Answer()

    /// In the parts in which it is sent. Connections have it, and not the server, which goes when nobody needs it.
    private final class Answer: Sendable {
        let parts = Mutex<[[UInt8]]>([])
    }

    init() throws {
        folder = try TemporaryFolder()
        let path = folder.file("model")
        url = "http+unix://" + path.replacing("/", with: "%2F")
        listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let bound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard listener >= 0, bound == 0, listen(listener, 64) == 0 else { throw POSIXError(.EADDRNOTAVAIL) }
        Thread.detachNewThread { [listener, answer] in
            while case let connection = accept(listener, nil, nil), connection >= 0 {
                Thread.detachNewThread {
                    while Self.readRequest(connection) {
                        for part in answer.parts.withLock({ $0 })
                        where send(connection, part, part.count, Int32(MSG_NOSIGNAL)) < 0 { break }
                    }
                    close(connection)
                }
            }
        }
    }

    deinit {
        // The thread's wait ends, and with it the thread.
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
    }

    /// What is answered from now on.
    func answer(status: Int, _ body: [UInt8], inPartsOf size: Int) {
        let head = Array("HTTP/1.1 \(status) Status\r\nContent-Length: \(body.count)\r\n\r\n".utf8)
        let parts = stride(from: 0, to: body.count, by: size).map { Array(body[$0..<min($0 + size, body.count)]) }
        answer.parts.withLock { $0 = [head] + parts }
    }

    /// - Returns: false when the client has hung up.
    private static func readRequest(_ connection: Int32) -> Bool {
        var request = ""
        var bytes = [UInt8](repeating: 0, count: 4096)
        while true {
            if let end = request.range(of: "\r\n\r\n") {
                let length =
                    request[..<end.lowerBound].lowercased().split(separator: "\r\n")
                    .first { $0.hasPrefix("content-length:") }.flatMap { Int($0.dropFirst(15).trimmingPrefix(" ")) }
                if request[end.upperBound...].utf8.count >= length ?? 0 { return true }
            }
            let count = recv(connection, &bytes, bytes.count, 0)
            guard count > 0 else { return false }
            request += String(decoding: bytes[..<count], as: UTF8.self)
        }
    }
}
