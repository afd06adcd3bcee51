/// A stream's cursor as bytes.
import Common
import Feed

extension StreamCursor {
    var bytes: [UInt8] {
        var writer = ByteWriter(capacity: 256)
        writer.append(counted: stream)
        writer.append(counted: endpoint)
        writer.append(integer: next)
        writer.append(flag: hasEnded)
        writer.append(counted: fingerprint ?? "")
        return writer.withBytes { Array($0) }
    }

    /// - Throws: `DamagedBytes` for what ``bytes`` can't have given.
    init(bytes: [UInt8]) throws {
        self = try bytes.withUnsafeBytes { buffer in
            var reader = ByteReader(buffer)
            let (stream, endpoint) = (try reader.string(), try reader.string())
            let next = try reader.integer(UInt64.self)
            let hasEnded = try reader.flag()
            let fingerprint = try reader.string()
            return StreamCursor(
                stream: stream, endpoint: endpoint, next: next, hasEnded: hasEnded,
                fingerprint: fingerprint.isEmpty ? nil : fingerprint)
        }
    }
}

extension StreamProgress {
    /// Takes a cursor on.
    func apply(to cursor: inout StreamCursor) {
        if let endpoint { cursor.endpoint = endpoint }
        if let next { cursor.next = next }
        if let fingerprint { cursor.fingerprint = fingerprint }
        cursor.hasEnded = hasEnded
    }
}
