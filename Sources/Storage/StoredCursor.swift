/// A stream's cursor as bytes.
import Bytes
import Feed

extension StreamCursor {
    package var bytes: [UInt8] {
        var writer = ByteWriter(capacity: 256)
        writer.append(counted: stream)
        writer.append(counted: endpoint)
        writer.append(integer: next)
        writer.append(flag: hasEnded)
        writer.append(counted: fingerprint ?? "")
        writer.append(counted: last ?? "")
        return writer.withBytes { Array($0) }
    }

    /// - Throws: `DamagedBytes` for what ``bytes`` can't have given.
    package init(bytes: [UInt8]) throws {
        self = try bytes.withUnsafeBytes { buffer in
            var reader = ByteReader(buffer)
            let (stream, endpoint) = (try reader.string(), try reader.string())
            let next = try reader.integer(UInt64.self)
            let hasEnded = try reader.flag()
            let fingerprint = try reader.string()
            // Earlier releases didn't keep it.
            let last = reader.isAtEnd ? "" : try reader.string()
            guard reader.isAtEnd else { throw DamagedBytes() }
            return StreamCursor(
                stream: stream, endpoint: endpoint, next: next, hasEnded: hasEnded,
                fingerprint: fingerprint.isEmpty ? nil : fingerprint, last: last.isEmpty ? nil : last)
        }
    }
}

extension StreamProgress {
    /// Takes a cursor on.
    package func apply(to cursor: inout StreamCursor) {
        if let endpoint { cursor.endpoint = endpoint }
        if let next { (cursor.next, cursor.last) = (next, last) }
        if let fingerprint { cursor.fingerprint = fingerprint }
        cursor.hasEnded = hasEnded
    }
}
