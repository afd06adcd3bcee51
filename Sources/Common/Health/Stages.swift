/// The stages of a program.
import Synchronization

/// All stages of a program.
public final class Stages: Sendable {
    private let stages = Mutex<[StageProgress]>([])

    public init() {}

    /// One more stage, idle at first.
    ///
    /// - Parameters:
    ///   - name: for the person who reads that it stands.
    ///   - hasWork: whether there is something for it to do; asked while it is idle.
    public func stage(_ name: String, hasWork: @escaping @Sendable () -> Bool = { false }) -> StageProgress {
        let stage = StageProgress(name, hasWork: hasWork)
        stages.withLock { $0.append(stage) }
        return stage
    }

    /// Whether one of them waits for that.
    public func areWaiting(for wait: Wait) -> Bool { readings.contains { $0.activity == .waiting(wait) } }

    /// Where each of them is, always in the same order.
    var readings: [Health.Reading] { stages.withLock { $0 }.map(\.reading) }
}
