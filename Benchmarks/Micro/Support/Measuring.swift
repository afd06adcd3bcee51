/// How a batch is measured.
import Benchmark
import Glibc

extension Benchmark.Configuration {
    /// For a benchmark of which one iteration is a batch of ``Lines/count`` messages: the figures are those of one message.
    public static var perMessage: Self {
        Self(
            metrics: [.wallClock, .cpu, .throughput], timeUnits: .nanoseconds, warmupIterations: 10,
            scalingFactor: .kilo, maxDuration: .seconds(2), maxIterations: 100_000)
    }
}

extension BenchmarkMetric {
    /// CPU time of all threads, in nanoseconds. The package's own comes in ticks of 10 ms; most batches take less than one.
    public static var cpu: Self { .custom("CPU of all threads (ns)") }
}

extension Benchmark {
    /// Measures `body` and nothing of what stands around it.
    public func measure<R>(_ body: () throws -> R) rethrows -> R {
        startMeasurement()
        let start = Self.cpuTime
        let result = try body()
        let spent = Self.cpuTime - start
        stopMeasurement()
        measurement(.cpu, spent)
        return result
    }

    /// The same for what suspends.
    public func measure<R>(_ body: () async throws -> R) async rethrows -> R {
        startMeasurement()
        let start = Self.cpuTime
        let result = try await body()
        let spent = Self.cpuTime - start
        stopMeasurement()
        measurement(.cpu, spent)
        return result
    }

    private static var cpuTime: Int {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return time.tv_sec * 1_000_000_000 + time.tv_nsec
    }
}
