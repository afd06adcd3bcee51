/// What goes back to a client.
import Glibc
import NIOCore
import NIOHTTP1

/// One response on its way out. Each call returns when the kernel has the bytes, so that pieces stay pieces.
struct StubResponse: Sendable {
    let channel: any Channel
    /// Whether the connection serves another request afterwards.
    let isKeptAlive: Bool
    private(set) var hasBegun = false

    init(channel: any Channel, isKeptAlive: Bool) {
        self.channel = channel
        self.isKeptAlive = isKeptAlive
    }

    /// Sends a whole response.
    mutating func send(_ status: Int, _ body: String, headers: [String: String]) async throws {
        let bytes = ByteBuffer(string: body)
        var headers = headers
        headers["Content-Length"] = "\(bytes.readableBytes)"
        try await begin(status, headers: headers)
        if bytes.readableBytes > 0 {
            try await channel.writeAndFlush(HTTPServerResponsePart.body(.byteBuffer(bytes)))
        }
        try await end()
    }

    /// Sends the status line and the headers. A body without `Content-Length` is chunked.
    mutating func begin(_ status: Int, headers: [String: String]) async throws {
        hasBegun = true
        var head = HTTPResponseHead(version: .http1_1, status: HTTPResponseStatus(statusCode: status))
        for (name, value) in headers { head.headers.add(name: name, value: value) }
        if !isKeptAlive { head.headers.add(name: "Connection", value: "close") }
        try await channel.writeAndFlush(HTTPServerResponsePart.head(head))
    }

    /// Sends a piece of the body as a chunk of its own.
    func write(_ bytes: [UInt8]) async throws {
        try await channel.writeAndFlush(HTTPServerResponsePart.body(.byteBuffer(ByteBuffer(bytes: bytes))))
    }

    /// Ends the body, after a last piece that leaves together with the end: a client that hangs up on reading it has
    /// had the end, too.
    func end(after bytes: [UInt8] = []) async throws {
        if !bytes.isEmpty {
            channel.write(HTTPServerResponsePart.body(.byteBuffer(ByteBuffer(bytes: bytes))), promise: nil)
        }
        try await channel.writeAndFlush(HTTPServerResponsePart.end(nil))
        // The client has all it wanted: whether it was faster to close doesn't matter.
        if !isKeptAlive { try? await channel.close() }
    }

    /// Cuts the connection with a TCP reset instead of a proper end.
    func reset() async throws {
        // Closing with a linger time of zero makes the kernel send RST (socket(7), SO_LINGER).
        if let socket = channel as? any SocketOptionProvider {
            try await socket.setSoLinger(linger(l_onoff: 1, l_linger: 0)).get()
        }
        try await channel.close()
    }
}
