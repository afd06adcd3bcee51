/// The parts that the programs are made of, one by one.

let benchmarks: @Sendable () -> Void = {
    decoding()
    windows()
    entries()
    frames()
    batches()
    live()
    checksums()
}
