/// A window on its way to its answer.
import Bytes
import Records
import Streaming

/// A window that has come out and has no entry yet.
package struct PendingWindow: Sendable {
    /// Its place in the store; 0 where there is none.
    package var id: Int64 = 0
    package let result: WindowResult
    /// Messages of its stream known to be lost when it came out.
    package let lost: UInt64
    package let cameOut: Moment

    package init(_ result: WindowResult, lost: UInt64, cameOut: Moment = .now) {
        self.result = result
        self.lost = lost
        self.cameOut = cameOut
    }

    /// For how many windows it counts where so many may wait: one for each 16 KiB, which most windows don't have.
    package var weight: Int { max(1, result.size >> 14) }

    // MARK: In the store

    /// The window as bytes; ``init(bytes:)`` reads them.
    package var bytes: [UInt8] {
        var writer = ByteWriter(capacity: 512)
        writer.append(integer: lost)
        result.write(to: &writer)
        return writer.withBytes { Array($0) }
    }

    /// - Throws: `DamagedBytes` for what ``bytes`` can't have given.
    package init(bytes: [UInt8]) throws {
        let (result, lost) = try bytes.withUnsafeBytes { buffer in
            var reader = ByteReader(buffer)
            let lost = try reader.integer(UInt64.self)
            return (try WindowResult(from: &reader), lost)
        }
        self.init(result, lost: lost)
    }

    /// Whose answers have to come in order.
    package var session: SessionKey { SessionKey(stream: result.stream, id: result.sessionID) }

    /// The window's entry, with its answer. Inlined, so that nothing of the window is copied for it.
    @inlinable
    package func entry(response: Response, timing: Timing = Timing()) -> WorkspaceEntry {
        WorkspaceEntry(result, response: response, timing: timing, lost: lost)
    }
}
