/// From windows to the JSON of their entries.
import Benchmark
import Chat
import Records
import Streaming
import Support

func entries() {
    let time = Timestamp(milliseconds: 1_737_642_660_000)
    var json = JSONWriter()
    Benchmark("Entry: JSON, ten messages each", configuration: .perMessage) { benchmark, entries in
        json.clear()
        benchmark.measure {
            for index in entries.indices {
                entries[index].write(to: &json, sequence: UInt64(index + 1), time: time)
                json.endLine()
            }
        }
    } setup: {
        try oneBatchOfEntries()
    }
}

/// The entries of one batch's messages, in windows of 30 s.
private func oneBatchOfEntries() throws -> [WorkspaceEntry] {
    let lines = Lines.batch(0)
    var engine = Engine(policy: WindowPolicy(.tumbling(size: 30_000)))
    var actions: [Action] = []
    engine.handle(.messages(try Lines.messages(lines, MessageDecoder())), into: &actions)
    engine.handle(.ended(stream: lines.stream), into: &actions)
    return actions.compactMap { action in
        guard case .result(let result) = action else { return nil }
        return WorkspaceEntry(result, response: .none)
    }
}
