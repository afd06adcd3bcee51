/// What a store holds, in few words.
import Storage

extension Store {
    /// What a checkpoint consists of.
    package func parts(of checkpoint: StoredCheckpoint?) throws -> [[UInt8]] {
        guard let checkpoint else { return [] }
        return try (0..<checkpoint.parts).map { number in
            var bytes: [UInt8] = []
            try read(number, of: checkpoint) { bytes = Array($0) }
            return bytes
        }
    }

    /// The journal.
    package func events() async throws -> [String] {
        try await journal(after: .min, limit: 1000).map { "\($0.event)" }
    }
}
