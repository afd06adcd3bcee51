/// What is fuzzed: readers of bytes that others write.

/// One reader, and what must hold whatever it is given.
struct FuzzTarget: Sendable {
    /// What takes inputs, one after the other. It returns what it has read, written again; the input itself where nothing
    /// writes such; nil where it was refused. It throws a ``Finding``.
    enum Reader {
        case direct((UnsafeRawBufferPointer) throws -> [UInt8]?)
        /// Where what is tried may suspend.
        case suspending(@Sendable ([UInt8]) async throws -> [UInt8]?)
    }

    let name: String
    /// What inputs are made of: chance alone hardly ever finds a whole word.
    let words: [String]
    /// Inputs to begin with, written by what is tried wherever it writes, so that they never are of an older form.
    let seeds: @Sendable () async throws -> [[UInt8]]
    let makeReader: @Sendable () async throws -> Reader

    init(
        _ name: String, words: [String] = [], seeds: @escaping @Sendable () async throws -> [[UInt8]],
        reader: @escaping @Sendable () async throws -> Reader
    ) {
        self.name = name
        self.words = words
        self.seeds = seeds
        makeReader = reader
    }

    /// All there are, those first that anybody on the network can reach.
    static let all = [
        control, request, answer, submission, access, feedback, results, keyFile, line, entry, ollama, openAI, pieces,
        mask,
        topic, time, event,
        records, cursor,
        pending,
        checkpoint, windows,
    ]
}

extension FuzzTarget.Reader {
    /// Gives the reader one input.
    ///
    /// - Returns: what was read, written again; nil: it was refused.
    /// - Throws: ``Finding`` where something doesn't hold.
    func take(_ input: [UInt8]) async throws -> [UInt8]? {
        switch self {
        case .direct(let read): try input.withUnsafeBytes(read)
        case .suspending(let read): try await read(input)
        }
    }
}
