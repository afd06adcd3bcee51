/// Why a connection failed, in words that may be printed.
import AsyncHTTPClient
import Foundation
import NIOHTTP1

/// A connection's failure in a few words: ours or the system's, never a library's. What libraries say is long, has places of
/// their source in it, and may quote what they were given.
enum ConnectionProblem {
    static func words(_ error: any Error) -> String {
        let text = "\(error)"
        if text.contains("refused") { return "connection refused" }
        if let number = text.firstMatch(of: /errno: ([0-9]{1,9})/).flatMap({ Int32($0.1) }) {
            return String(cString: strerror(number)).lowercased()
        }
        if let words = (error as? HTTPClientError).flatMap(words) { return words }
        // In the middle of a response.
        if error as? HTTPParserError == .invalidEOFState { return "the connection was closed" }
        if error is HTTPParserError { return "what came isn't HTTP" }
        if text.contains("UnknownHost") || text.contains("unknown(host") { return "the host's name isn't known" }
        let type = String(reflecting: type(of: error))
        if type.contains("Decompression") { return "what came can't be unpacked" }
        if type.contains("SSL") {
            return text.lowercased().contains("certificate")
                ? "its certificate isn't trusted here (SSL_CERT_FILE may name a file with the authority to trust)"
                : "the connection could not be made secure (TLS)"
        }
        return "the connection failed"
    }

    private static func words(_ error: HTTPClientError) -> String? {
        switch error {
        case .connectTimeout: "no connection in time"
        case .deadlineExceeded: "no answer in time"
        case .remoteConnectionClosed: "the connection was closed"
        case .invalidURL, .emptyHost, .emptyScheme: "the address isn't one"
        default: nil
        }
    }
}
