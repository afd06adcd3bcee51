/// How fast a connection is written to.
import Hummingbird
import NIOCore

/// Writes no faster than the other side reads. The library's writer waits while the channel has too much, but hears of that only when
/// the channel has seen what was written: until then it would take everything at once.
struct PacedWriter {
    /// What is given to the channel at a time, in bytes.
    private static let piece = 64 << 10

    let channel: any Channel
    var writer: any ResponseBodyWriter

    /// Writes what is shared with others.
    mutating func write(contentsOf blocks: [ByteBuffer]) async throws {
        try await writer.write(contentsOf: blocks)
        try await settle()
    }

    /// Writes piece by piece. A piece that waits in the channel doesn't hold the rest.
    mutating func write(_ bytes: ByteBuffer) async throws {
        var rest = bytes.readableBytesView[...]
        while !rest.isEmpty {
            try await writer.write(ByteBuffer(bytes: rest.prefix(Self.piece)))
            try await settle()
            rest = rest.dropFirst(Self.piece)
        }
    }

    /// Until the channel has seen what was written, and has said whether it takes more.
    private func settle() async throws { try await channel.eventLoop.submit {}.get() }
}
