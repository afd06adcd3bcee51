/// The journal in the consumer's store: written as the pipeline does, read back as a new process does.
import Benchmark
import Consuming
import Storage
import Feed
import Foundation
import Support

let benchmarks: @Sendable () -> Void = {
    for synchronous in Store.Synchronous.allCases { writing(synchronous) }
    reading()
}

/// A row a batch, each in a commit of its own, as when the disk keeps up. One iteration is a thousand of them: every
/// hundredth is followed by a checkpoint that empties the journal, as after 16 MiB, and SQLite moves its WAL into the database
/// some times. Per batch these would show in the last percentiles alone, though they are half of the cost.
private func writing(_ synchronous: Store.Synchronous) {
    let row = row(Lines.batch(0))
    let checkpoint = Commit.CheckpointPart(
        number: 0, bytes: .copy(of: [UInt8](repeating: 7, count: 256 << 10)), isLast: true)
    var configuration = Benchmark.Configuration.perMessage
    configuration.scalingFactor = .mega
    // No throughput: it is in whole iterations per second.
    configuration.metrics = [.wallClock, .cpu]
    configuration.warmupIterations = 1
    configuration.maxIterations = 5
    configuration.maxDuration = .seconds(30)
    Benchmark("Journal: written, synchronous \(synchronous)", configuration: configuration) { benchmark, store in
        try benchmark.measure {
            for number in 1...benchmark.scaledIterations.count / Lines.count {
                try store.commit([row])
                if number % 100 == 0 { try store.commit([Commit(checkpoint: checkpoint)]) }
            }
        }
    } setup: {
        try makeStore(synchronous)
    } teardown: {
        removeStore()
    }
}

/// Row by row, from the beginning again when all have been read. They are in the page cache.
private func reading() {
    let rows = 100
    var last: Int64 = 0
    Benchmark("Journal: read", configuration: .perMessage) { (benchmark, store: Store) in
        let read = try await benchmark.measure { try await store.journal(after: last, limit: 1) }
        guard let row = read.first else { throw CocoaError(.fileReadCorruptFile) }
        last = row.id % Int64(rows)
    } setup: {
        let store = try makeStore(.normal)
        try store.commit((0..<rows).map { row(Lines.batch($0)) })
        return store
    } teardown: {
        removeStore()
    }

    let batch = decoded(Lines.batch(0))
    Benchmark("Journal: a batch as a row", configuration: .perMessage) { benchmark in
        blackHole(benchmark.measure { JournalEvent.batch(batch).bytes })
    }
}

private func decoded(_ lines: LineBatch) -> DecodedBatch {
    var batch = DecodedBatch()
    BatchDecoder().decode(lines, into: &batch)
    return batch
}

/// What the pipeline commits for a batch that closes no window.
private func row(_ lines: LineBatch) -> Commit {
    Commit(
        journal: JournalEvent.batch(decoded(lines)).bytes, progress: .whole,
        stream: StreamProgress(stream: lines.stream, next: lines.first + UInt64(lines.count)))
}

/// Where the store of the benchmark that runs is.
private let folder = FileManager.default.temporaryDirectory.appending(path: "streamllm-micro-\(getpid())")

private func makeStore(_ synchronous: Store.Synchronous) throws -> Store {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    return try Store(path: folder.appending(path: "store.sqlite").path(), synchronous: synchronous)
}

private func removeStore() { try? FileManager.default.removeItem(at: folder) }
