/// From messages to windows.
import Benchmark
import Chat
import Streaming
import Support

func windows() {
    for (name, windows) in [
        ("tumbling, 30 s", .tumbling(size: 30_000)),
        ("sliding, 30 s every 10 s", .sliding(size: 30_000, slide: 10_000)),
        ("session, gap 20 s", .session(gap: 20_000)),
    ] as [(String, WindowPolicy.Windows)] {
        // One engine for all iterations: time goes on from batch to batch, and windows close.
        var engine = Engine(policy: WindowPolicy(windows))
        var actions: [Action] = []
        var batches = 0
        let decoder = MessageDecoder()
        Benchmark("Engine: \(name)", configuration: .perMessage) { benchmark in
            let batch = try Lines.messages(Lines.batch(batches), decoder)
            batches += 1
            benchmark.measure { _ = engine.handle(.messages(batch), into: &actions) }
            actions.removeAll(keepingCapacity: true)
        }
    }
}
