/// What a batch's checksum costs its messages.
import Benchmark
import Bytes
import Support

func checksums() {
    let lines = Lines.batch(0)
    Benchmark("Checksum: of a batch", configuration: .perMessage) { benchmark in
        blackHole(benchmark.measure { lines.withLines { Checksum.of($0) } })
    }
}
