/// The pipeline's state as bytes.
import Common
import Streaming

extension Pipeline {
    /// All that a new process needs to go on from here.
    var checkpoint: [UInt8] {
        var writer = ByteWriter()
        writer.append(counted: policy.json)
        engine.write(to: &writer)
        writer.append(integer: UInt32(openStreams.count))
        for stream in openStreams { writer.append(counted: stream) }
        writer.append(integer: UInt32(lost.count))
        for (stream, count) in lost {
            writer.append(counted: stream)
            writer.append(integer: count)
        }
        writer.append(integer: UInt32(held.count))
        for (stream, line) in held {
            writer.append(counted: stream)
            writer.append(integer: line.sequence)
            writer.append(counted: line.line)
        }
        return writer.withBytes { Array($0) }
    }

    /// Takes on the state of another pipeline.
    ///
    /// - Throws: `DamagedBytes` for what ``checkpoint`` can't have given.
    mutating func restore(_ checkpoint: [UInt8]) throws {
        try checkpoint.withUnsafeBytes { bytes in
            var reader = ByteReader(bytes)
            guard let policy = WindowPolicy(json: try reader.string()) else { throw DamagedBytes() }
            self.policy = policy
            engine = try Engine(policy: policy, from: &reader)
            for _ in 0..<(try reader.integer(UInt32.self)) { openStreams.insert(try reader.string()) }
            for _ in 0..<(try reader.integer(UInt32.self)) { lost[try reader.string()] = try reader.integer() }
            for _ in 0..<(try reader.integer(UInt32.self)) {
                held[try reader.string()] = Held(sequence: try reader.integer(), line: try reader.string())
            }
        }
    }
}
