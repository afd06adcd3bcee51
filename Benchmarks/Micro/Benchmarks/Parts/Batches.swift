/// Lines packed into a batch, and found in it.
import Benchmark
import Feed
import Support

func batches() {
    let lines = Lines.batch(0)
    Benchmark("Batch: made of joined lines", configuration: .perMessage) { benchmark in
        blackHole(
            benchmark.measure {
                lines.withLines { LineBatch(stream: lines.stream, first: 1, count: lines.count, joined: $0) }
            })
    }

    Benchmark("Batch: its lines found", configuration: .perMessage) { benchmark in
        let size = benchmark.measure {
            var size = 0
            lines.forEachLine { _, line in size += line.count }
            return size
        }
        blackHole(size)
    }
}
