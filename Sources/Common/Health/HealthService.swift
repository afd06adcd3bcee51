/// Watches the stages, and tells the service manager.
import Foundation
import Logging
import ServiceLifecycle
import Synchronization
import Threads

/// Feeds the unit's watchdog as long as every stage gets on, and says in its status which one stands, or what is waited for.
/// Without a watchdog only the log says it.
public struct HealthService: Service {
    /// Where no watchdog says how long a step may take.
    private static let allowance = Duration.seconds(15)

    private let stages: Stages
    private let manager: ServiceManager
    private let idleStatus: String
    private let isReady: @Sendable () -> Bool
    private let liveness: Liveness
    private let stop: StopSignal
    private let logger: Logger

    /// - Parameters:
    ///   - idleStatus: what the status says when all is well.
    ///   - isReady: whether the manager has been told that the program is ready; before, nobody is watched.
    ///   - liveness: told what was seen.
    public init(
        _ stages: Stages, manager: ServiceManager, idleStatus: String, isReady: @escaping @Sendable () -> Bool,
        liveness: Liveness, logger: Logger
    ) throws(NoDescriptorLeft) {
        self.stages = stages
        self.manager = manager
        self.idleStatus = idleStatus
        self.isReady = isReady
        self.liveness = liveness
        stop = StopSignal(wakeup: try Wakeup())
        self.logger = logger
    }

    public func run() async throws {
        // Where tasks don't get their turn any more, this one doesn't either.
        let tasks = stages.stage("the task pool")
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                while !Task.isCancelled {
                    tasks.note()
                    try? await Task.sleep(for: allowance / 4)
                }
            }
            defer { group.cancelAll() }
            try await onOwnThread("watchdog", until: stop) { [self] in watch() }
        }
    }

    /// Half of what the unit allows: a step that goes on for longer isn't vouched for.
    private var allowance: Duration { manager.watchdogInterval ?? Self.allowance }

    private func watch() {
        let interval = allowance / 2
        var health = Health(allowance: allowance, interval: interval, idleStatus: idleStatus)
        var last = Health.Verdict(isAlive: true, status: idleStatus)
        while !stop.isSet {
            if isReady() {
                let now = ContinuousClock.now
                let verdict = health.look(at: stages.readings, now: now)
                liveness.put(verdict, goodUntil: now + allowance)
                if verdict.isAlive && manager.watchdogInterval != nil { manager.alive() }
                if verdict.status != last.status { manager.status(verdict.status) }
                if verdict.isAlive != last.isAlive { log(verdict) }
                last = verdict
            }
            var ready = pollfd(fd: stop.wakeup.descriptor, events: Int16(POLLIN), revents: 0)
            _ = poll(&ready, 1, Int32(clamping: max(1, interval.milliseconds)))
        }
    }

    private func log(_ verdict: Health.Verdict) {
        if verdict.isAlive {
            logger.warning("Every part gets on again")
        } else {
            logger.error("\(verdict.status): a disk that doesn't answer, or a fault of the program's own")
        }
    }
}
