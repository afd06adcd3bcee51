/// From lines to messages.
import Benchmark
import Chat
import Support

func decoding() {
    for (name, lines) in [("messages.jsonl", Lines.recorded), ("168 bytes", { Lines.batch(0) })] {
        let decoder = MessageDecoder()
        Benchmark("Decode: \(name)", configuration: .perMessage) { benchmark, lines in
            let size = try benchmark.measure {
                var size = 0
                try lines.forEachLine { _, line in size += try decoder.decode(line).text.count }
                return size
            }
            blackHole(size)
        } setup: {
            try lines()
        }
    }

    let decoder = MessageDecoder()
    Benchmark("Decode: 168 bytes, into a batch for the engine", configuration: .perMessage) { benchmark, lines in
        blackHole(try benchmark.measure { try Lines.messages(lines, decoder) })
    } setup: {
        Lines.batch(0)
    }
}
