/// A window on its way to its answer.
import Bytes
import Records
import Streaming

/// A window that has come out and has no entry yet.
struct PendingWindow: Sendable {
    /// Its place in the store; 0 where there is none.
    var id: Int64 = 0
    let result: WindowResult
    /// Messages of its stream known to be lost when it came out.
    let lost: UInt64
    let cameOut: Moment

    init(_ result: WindowResult, lost: UInt64, cameOut: Moment = .now) {
        self.result = result
        self.lost = lost
        self.cameOut = cameOut
    }

    /// For how many windows it counts where so many may wait: one for each 16 KiB, which most windows don't have.
    var weight: Int { max(1, result.size >> 14) }

    // MARK: In the store

    /// The window as bytes; ``init(bytes:)`` reads them.
    var bytes: [UInt8] {
        var writer = ByteWriter(capacity: 512)
        writer.append(integer: lost)
        result.write(to: &writer)
        return writer.withBytes { Array($0) }
    }

    /// - Throws: `DamagedBytes` for what ``bytes`` can't have given.
    init(bytes: [UInt8]) throws {
        let (result, lost) = try bytes.withUnsafeBytes { buffer in
            var reader = ByteReader(buffer)
            let lost = try reader.integer(UInt64.self)
            return (try WindowResult(from: &reader), lost)
        }
        self.init(result, lost: lost)
    }

    /// Whose answers have to come in order.
    var session: SessionKey { SessionKey(stream: result.stream, id: result.sessionID) }

    /// The window's entry, with its answer.
    func entry(response: Response, timing: Timing = Timing()) -> WorkspaceEntry {
        WorkspaceEntry(result, response: response, timing: timing, lost: lost)
    }
}
