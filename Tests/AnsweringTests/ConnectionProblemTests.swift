/// What is said of connections that fail.
import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import NIOSSL
import Testing
import TestSupport

@testable import Answering

@Suite("Why a connection failed", .timeLimit(.minutes(1)))
struct ConnectionProblemTests {
    /// An error whose text has all that may not be printed.
    private struct Library: Error, CustomStringConvertible {
        let description = "/build/Sources/TLS.swift:101: key sk-1 for http://u:p@gpu isn't one\nat openssl.c:7"
    }

    /// Its type's name says that it has to do with TLS.
    private struct SSLProblem: Error, CustomStringConvertible {
        let description: String
    }

    private static let notTrusted =
        "its certificate isn't trusted here (SSL_CERT_FILE may name a file with the authority to trust)"

    @Test(
        "is said in words of ours or of the system's",
        arguments: [
            (IOError(errnoCode: ECONNREFUSED, reason: "connect(descriptor:addr:size:)"), "connection refused"),
            (IOError(errnoCode: ECONNRESET, reason: "read(descriptor:)"), "connection reset by peer"),
            (IOError(errnoCode: EHOSTUNREACH, reason: "connect"), "no route to host"),
            (IOError(errnoCode: ENOENT, reason: "connect"), "no such file or directory"),
            (IOError(errnoCode: EPIPE, reason: "write"), "broken pipe"),
            (HTTPClientError.connectTimeout, "no connection in time"),
            (HTTPClientError.deadlineExceeded, "no answer in time"),
            (HTTPClientError.remoteConnectionClosed, "the connection was closed"),
            (HTTPClientError.emptyHost, "the address isn't one"),
            (HTTPClientError.invalidURL, "the address isn't one"),
            (HTTPClientError.readTimeout, "the connection failed"),
            (HTTPParserError.invalidConstant, "what came isn't HTTP"),
            (HTTPParserError.invalidEOFState, "the connection was closed"),
            (HTTPParserError.headerOverflow, "what came isn't HTTP"),
            (NIOSSLError.handshakeFailed(.sslError([])), "the connection could not be made secure (TLS)"),
            (NIOSSLError.uncleanShutdown, "the connection could not be made secure (TLS)"),
            (NIOSSLError.unableToValidateCertificate, notTrusted),
            (SSLProblem(description: "CERTIFICATE_VERIFY_FAILED at /build/handshake.cc:393"), notTrusted),
            (Library(), "the connection failed"), (CancellationError(), "the connection failed"),
        ] as [(any Error, String)])
    func words(_ error: any Error, _ expected: String) {
        #expect(ConnectionProblem.words(error) == expected)
    }

    @Test("An error of a library's in an entry or the log has the name of its type, and none of its words")
    func reasons() {
        #expect(ModelFailure.words(Library()) == "the question failed (Library)")
        #expect(ModelFailure.words(KnownFailure(description: "Ollama answered 500")) == "Ollama answered 500")
        #expect(ModelFailure.words(ModelFailure.empty) == "the model's answer was empty")
    }
}
