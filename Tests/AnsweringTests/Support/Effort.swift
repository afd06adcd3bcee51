/// How much work something is.
import Glibc

/// How many times as much work a text is that is eight times as long: about 8 where the work is in proportion to the text, and 64
/// where each place of it is compared with each other. The processor's time of this thread is counted, so that whatever else
/// runs makes little difference.
///
/// - Parameter part: what the text consists of, again and again.
func growth(of part: String, _ work: (String) -> Void) -> Double {
    func effort(_ size: Int, times: Int) -> Double {
        let text = String(repeating: part, count: size / part.utf8.count)
        return (0..<times).map { _ in
            let start = threadTime()
            work(text)
            return threadTime() - start
        }.min() ?? 0
    }
    // Tables are made at their first use.
    work(part)
    func once() -> Double { effort(20_000, times: 1) / max(effort(2_500, times: 3), 1e-6) }
    // What seems to be more is looked at again: a thread's time, too, grows when others empty the processor's caches.
    var least = once()
    for _ in 0..<3 where least > 16 { least = min(least, once()) }
    return least
}

/// In seconds.
private func threadTime() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}
