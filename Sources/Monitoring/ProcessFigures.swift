/// What the system says of this process.
import Common
import Foundation

/// The figures that most programs give to Prometheus, under the names that all of them use
/// (https://prometheus.io/docs/instrumenting/writing_clientlibs/#process-metrics).
enum ProcessFigures {
    private static let cpu = Metric(
        "process_cpu_seconds_total", .counter, "User and system time of the process, in seconds.")
    private static let resident = Metric(
        "process_resident_memory_bytes", .gauge, "Memory of the process that is in main memory, in bytes.")
    private static let virtual = Metric("process_virtual_memory_bytes", .gauge, "Address space in use, in bytes.")
    private static let open = Metric("process_open_fds", .gauge, "File descriptors in use.")
    private static let most = Metric("process_max_fds", .gauge, "File descriptors that there may be.")
    private static let threads = Metric("process_threads", .gauge, "Threads of the process.")
    private static let start = Metric(
        "process_start_time_seconds", .gauge, "When the process was started, in seconds since 1970.")

    static let metrics = [cpu, resident, virtual, open, most, threads, start]

    static func samples() -> [Sample] {
        // What can't be read isn't there.
        let fields = (try? String(contentsOfFile: "/proc/self/stat", encoding: .utf8)).map(Self.fields) ?? []
        let samples = [open(Descriptors.count), most(Descriptors.limit)]
        guard fields.count > 21 else { return samples }
        func field(_ number: Int) -> Double { Double(fields[number - 3]) ?? 0 }
        let ticks = Double(sysconf(Int32(_SC_CLK_TCK)))
        return samples + [
            cpu((field(14) + field(15)) / ticks), threads(field(20)), virtual(field(23)),
            resident(field(24) * Double(sysconf(Int32(_SC_PAGESIZE)))), start(bootTime + field(22) / ticks),
        ]
    }

    /// What stands behind the program's name, which may have spaces: from the third field of proc_pid_stat(5) on.
    private static func fields(_ line: String) -> [Substring] {
        guard let end = line.lastIndex(of: ")") else { return [] }
        return line[line.index(after: end)...].split(separator: " ")
    }

    /// When the machine was started, in seconds since 1970.
    private static let bootTime: Double = {
        let lines = (try? String(contentsOfFile: "/proc/stat", encoding: .utf8))?.split(separator: "\n") ?? []
        let line = lines.first { $0.hasPrefix("btime ") }
        return line.flatMap { Double($0.dropFirst(6)) } ?? 0
    }()
}
