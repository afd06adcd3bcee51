/// The pipeline's state as bytes.
import Bytes
import Records
import Storage
import Streaming

extension Pipeline {
    /// What a piece of the state is about.
    private enum Piece: UInt8 {
        /// The rules; the first one.
        case policy
        /// A piece of the engine's state.
        case engine
        case openStream
        case lost
        case held
        /// Results that were given, and streams of those who gave them.
        case given
    }

    /// Writes all that a new process needs to go on from here, and calls `body` with one part after the other. They hold
    /// pieces, each behind its length, cut anywhere; so no more is in memory than a part and the largest piece.
    func checkpoint(
        partSize: Int = Commit.CheckpointPart.largest, _ body: (Commit.CheckpointPart) async -> Void
    ) async {
        var parts = PartWriter(partSize)
        parts.append { writer in
            writer.append(integer: Piece.policy.rawValue)
            writer.append(counted: policy.json)
        }
        var pieces = engine.pieces
        var isEngineDone = false
        while !isEngineDone {
            parts.append { writer in
                writer.append(integer: Piece.engine.rawValue)
                isEngineDone = !pieces.write(to: &writer)
                if isEngineDone { writer.clear() }
            }
            while let part = parts.next() { await body(part) }
        }
        for stream in openStreams {
            parts.append { writer in
                writer.append(integer: Piece.openStream.rawValue)
                writer.append(counted: stream)
            }
        }
        for (stream, count) in lost {
            parts.append { writer in
                writer.append(integer: Piece.lost.rawValue)
                writer.append(counted: stream)
                writer.append(integer: count)
            }
        }
        for (stream, held) in held {
            parts.append { writer in
                writer.append(integer: Piece.held.rawValue)
                writer.append(counted: stream)
                writer.append(integer: held.sequence)
                writer.append(counted: held.line.text)
                writer.append(counted: held.line.note)
            }
            while let part = parts.next() { await body(part) }
        }
        for results in givenPieces {
            parts.append { writer in
                writer.append(integer: Piece.given.rawValue)
                results.write(to: &writer)
            }
            while let part = parts.next() { await body(part) }
        }
        while let part = parts.next() { await body(part) }
        await body(parts.finish())
    }

    /// What was given, in pieces of a size.
    private var givenPieces: [GivenResults] {
        let ids = Array(known.inOrder)
        var pieces = stride(from: 0, to: ids.count, by: 10_000).map { start in
            GivenResults(ids: Array(ids[start..<min(start + 10_000, ids.count)]))
        }
        if !givenStreams.isEmpty { pieces.append(GivenResults(streams: givenStreams.news)) }
        return pieces
    }

    /// Takes on the state of another pipeline.
    ///
    /// - Parameters:
    ///   - count: how many parts it has.
    ///   - isFirstForm: it is one value, as the first stores have it, cut into parts.
    ///   - part: calls its argument with a part, whose number it is given.
    /// - Throws: `DamagedBytes` for what no pipeline can have written; whatever `part` throws.
    mutating func restore(
        parts count: Int, isFirstForm: Bool,
        _ part: (_ number: Int, _ take: (UnsafeRawBufferPointer) throws -> Void) throws -> Void
    ) throws {
        var reader = PartReader()
        var engine: EngineReader?
        for number in 0..<count {
            try part(number) { bytes in
                reader.append(bytes)
                guard !isFirstForm else { return }
                try reader.forEachPiece { piece in try read(&piece, &engine) }
            }
        }
        if isFirstForm { return try reader.withRest { bytes in try restore(fromFirstForm: bytes) } }
        guard let engine, reader.isAtEnd else { throw DamagedBytes() }
        self.engine = engine.finish()
    }

    private mutating func read(_ reader: inout ByteReader, _ engine: inout EngineReader?) throws(DamagedBytes) {
        guard let kind = Piece(rawValue: try reader.integer()), (kind == .policy) == (engine == nil) else {
            throw DamagedBytes()
        }
        switch kind {
        case .policy:
            policy = try Self.policy(&reader)
            engine = EngineReader(policy: policy)
        case .engine: try engine?.read(&reader)
        case .openStream: openStreams.insert(try reader.string())
        case .lost: lost[try reader.string()] = try reader.integer()
        case .held:
            let (stream, sequence) = (try reader.string(), try reader.integer(UInt64.self))
            let line = KeptLine(text: try reader.string(), note: try reader.string())
            held[stream] = Held(sequence: sequence, line: line)
        case .given: restore(try GivenResults(from: &reader))
        }
        guard reader.isAtEnd else { throw DamagedBytes() }
    }

    private static func policy(_ reader: inout ByteReader) throws(DamagedBytes) -> WindowPolicy {
        guard let policy = WindowPolicy(json: try reader.string()) else { throw DamagedBytes() }
        return policy
    }

    /// Takes on a state as the first stores have it.
    private mutating func restore(fromFirstForm bytes: UnsafeRawBufferPointer) throws(DamagedBytes) {
        var reader = ByteReader(bytes)
        policy = try Self.policy(&reader)
        engine = try Engine(policy: policy, fromFirstForm: &reader)
        for _ in 0..<(try reader.integer(UInt32.self)) { openStreams.insert(try reader.string()) }
        for _ in 0..<(try reader.integer(UInt32.self)) { lost[try reader.string()] = try reader.integer() }
        for _ in 0..<(try reader.integer(UInt32.self)) {
            let stream = try reader.string()
            held[stream] = Held(sequence: try reader.integer(), line: KeptLine(text: try reader.string()))
        }
    }
}

/// Puts pieces together, each behind its length, and cuts what they make into parts.
private struct PartWriter: ~Copyable {
    private let partSize: Int
    private var piece = ByteWriter()
    private var bytes: ByteWriter
    /// So much of ``bytes`` has been taken out.
    private var taken = 0
    private var number = 0

    init(_ partSize: Int) {
        self.partSize = partSize
        bytes = ByteWriter(capacity: partSize)
    }

    /// Appends what `write` writes; nothing where that is nothing.
    mutating func append(_ write: (inout ByteWriter) -> Void) {
        piece.clear()
        write(&piece)
        guard piece.count > 0 else { return }
        bytes.append(varint: UInt64(piece.count))
        Self.append(piece, to: &bytes)
    }

    private static func append(_ piece: borrowing ByteWriter, to bytes: inout ByteWriter) {
        piece.withBytes { bytes.append($0) }
    }

    /// The next part, where there is enough for it.
    mutating func next() -> Commit.CheckpointPart? {
        guard bytes.count - taken > partSize else {
            keepRest()
            return nil
        }
        defer { taken += partSize }
        return part(taken..<(taken + partSize), isLast: false)
    }

    /// The last part.
    mutating func finish() -> Commit.CheckpointPart { part(taken..<bytes.count, isLast: true) }

    private mutating func part(_ range: Range<Int>, isLast: Bool) -> Commit.CheckpointPart {
        defer { number += 1 }
        let bytes = bytes.withBytes { SharedBytes(UnsafeRawBufferPointer(rebasing: $0[range])) }
        return Commit.CheckpointPart(number: number, bytes: bytes, isLast: isLast)
    }

    /// Forgets what has been taken out.
    private mutating func keepRest() {
        guard taken > 0 else { return }
        let rest = bytes.withBytes { Array($0[taken...]) }
        bytes.clear()
        rest.withUnsafeBytes { bytes.append($0) }
        taken = 0
    }
}

/// Puts parts together again.
private struct PartReader {
    /// What hasn't been read, since the rest of it is in the next part.
    private var rest: [UInt8] = []

    var isAtEnd: Bool { rest.isEmpty }

    mutating func append(_ part: UnsafeRawBufferPointer) { rest.append(contentsOf: part) }

    func withRest<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R { try rest.withUnsafeBytes(body) }

    /// Calls `body` with each piece that is here as a whole.
    mutating func forEachPiece(_ body: (inout ByteReader) throws -> Void) throws {
        let used = try rest.withUnsafeBytes { bytes in
            var reader = ByteReader(bytes)
            var used = 0
            // A length that isn't whole has less than ten bytes, and so does one of nonsense.
            while let size = try? reader.varint(), size <= UInt64(reader.count) {
                var piece = ByteReader(try reader.bytes(size))
                try body(&piece)
                used = bytes.count - reader.count
            }
            return used
        }
        rest.removeFirst(used)
    }
}
