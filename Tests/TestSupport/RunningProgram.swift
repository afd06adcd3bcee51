/// Real processes, for tests that need them.
import Foundation
import Synchronization

/// A program that was started by a test. What it prints is collected, and can be waited for.
public final class RunningProgram: Sendable {
    public enum Stream: Sendable {
        case output, error
    }

    /// The program ended before it printed what a test waits for.
    public struct EndedEarly: Error, CustomStringConvertible {
        public let description: String
    }

    private struct Waiter {
        let stream: Stream
        let isEnough: @Sendable (String) -> Bool
        let continuation: CheckedContinuation<Void, any Error>
    }

    private struct State {
        var output: [UInt8] = []
        var error: [UInt8] = []
        var exitCode: Int32?
        /// Nobody reads standard output for now.
        var isHeld = false
        var waiters: [Waiter] = []
        var exitWaiters: [CheckedContinuation<Int32, Never>] = []

        func text(_ stream: Stream) -> String { String(decoding: stream == .output ? output : error, as: UTF8.self) }
    }

    public let processID: Int32
    private let state: Watched
    /// Where the program keeps its state, unless its environment says otherwise: never in the user's own folder.
    private let stateFolder: TemporaryFolder
    private let input: Int32

    /// The state is watched by a thread that may outlive the program's last user.
    private final class Watched: Sendable {
        let state = Mutex(State())
    }

    /// Starts a program.
    ///
    /// - Parameters:
    ///   - executable: a path, or the name of one of this package's programs.
    ///   - environment: added to the test's own.
    ///   - folder: the program's working directory.
    ///   - take: gets what comes on standard output, as it comes, on a thread of its own; nil: it is collected in
    ///     ``output``.
    public init(
        _ executable: String, _ arguments: [String], environment: [String: String] = [:],
        folder: TemporaryFolder? = nil, takingOutput take: (@Sendable (ArraySlice<UInt8>) -> Void)? = nil
    ) throws {
        let path = executable.hasPrefix("/") ? executable : Self.programFolder + "/" + executable
        stateFolder = try TemporaryFolder()
        let environment = ProcessInfo.processInfo.environment.merging(["XDG_STATE_HOME": stateFolder.path]) { $1 }
            .merging(environment) { $1 }
        let child = try ChildProcess(path, arguments, environment: environment, folder: folder?.path)
        processID = child.processID
        input = child.input
        let state = Watched()
        self.state = state
        Thread { Self.watch(child, state, take) }.start()
    }

    deinit {
        close(input)
        if state.state.withLock({ $0.exitCode == nil }) { kill(processID, SIGKILL) }
    }

    /// Where the package's programs are: beside the tests.
    public static var programFolder: String {
        let tests = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        return (tests as NSString).deletingLastPathComponent
    }

    /// Reads what the program prints until it has ended.
    private static func watch(
        _ child: ChildProcess, _ watched: Watched, _ take: (@Sendable (ArraySlice<UInt8>) -> Void)?
    ) {
        var open = [child.output, child.error]
        var block = [UInt8](repeating: 0, count: 1 << 16)
        while open.contains(where: { $0 >= 0 }) {
            let isHeld = watched.state.withLock { $0.isHeld }
            var streams = open.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
            if isHeld { streams[0].fd = -1 }
            // Whoever goes on reading doesn't wake this thread.
            poll(&streams, 2, isHeld ? 50 : -1)
            for index in streams.indices where streams[index].revents != 0 {
                let count = read(streams[index].fd, &block, block.count)
                if count <= 0 {
                    close(open[index])
                    open[index] = -1
                } else if index == 0, let take {
                    take(block[..<count])
                } else {
                    settle(watched) { state in
                        if index == 0 { state.output += block[..<count] } else { state.error += block[..<count] }
                    }
                }
            }
        }
        let code = child.wait()
        settle(watched) { $0.exitCode = code }
    }

    /// Changes the state, and wakes those who have waited for it.
    private static func settle(_ watched: Watched, _ change: (inout State) -> Void) {
        var (done, failed, exited): ([Waiter], [Waiter], [CheckedContinuation<Int32, Never>]) = ([], [], [])
        let (code, said) = watched.state.withLock { state -> (Int32?, String) in
            change(&state)
            if !state.waiters.isEmpty {
                let texts = [Stream.output: state.text(.output), .error: state.text(.error)]
                for waiter in exchange(&state.waiters, with: []) {
                    if waiter.isEnough(texts[waiter.stream] ?? "") {
                        done.append(waiter)
                    } else if state.exitCode != nil {
                        failed.append(waiter)
                    } else {
                        state.waiters.append(waiter)
                    }
                }
            }
            guard state.exitCode != nil else { return (nil, "") }
            exited = exchange(&state.exitWaiters, with: [])
            return (state.exitCode, failed.isEmpty ? "" : state.text(.error) + state.text(.output))
        }
        for waiter in done { waiter.continuation.resume() }
        for waiter in failed {
            waiter.continuation.resume(throwing: EndedEarly(description: "it ended, saying:\n\(said)"))
        }
        if let code { for waiter in exited { waiter.resume(returning: code) } }
    }

    // MARK: Asking

    public var isRunning: Bool { state.state.withLock { $0.exitCode == nil } }
    /// All that was printed on standard output so far.
    public var output: String { state.state.withLock { $0.text(.output) } }
    /// All that was printed on standard error so far.
    public var errorText: String { state.state.withLock { $0.text(.error) } }
    /// Standard output's lines so far.
    public var lines: [String] { output.split(separator: "\n").map(String.init) }

    /// Waits until what was printed is enough.
    ///
    /// - Throws: ``EndedEarly`` when the program ends without it.
    public func wait(_ stream: Stream, until isEnough: @escaping @Sendable (String) -> Bool) async throws {
        try await endingWhenCancelled {
            try await withCheckedThrowingContinuation { continuation in
                Self.settle(state) {
                    $0.waiters.append(Waiter(stream: stream, isEnough: isEnough, continuation: continuation))
                }
            }
        }
    }

    /// A test that has run out of time is cancelled; its program goes then, and with it whoever waits for it.
    private func endingWhenCancelled<R: Sendable>(_ body: () async throws -> R) async rethrows -> R {
        try await withTaskCancellationHandler {
            try await body()
        } onCancel: {
            signal(SIGKILL)
        }
    }

    /// Waits until a text was printed.
    public func wait(_ stream: Stream, for text: String) async throws {
        try await wait(stream) { $0.contains(text) }
    }

    /// Waits for the end.
    ///
    /// - Returns: the exit code; for a death by signal, minus its number.
    @discardableResult
    public func exit() async -> Int32 {
        await endingWhenCancelled {
            await withCheckedContinuation { continuation in
                Self.settle(state) { $0.exitWaiters.append(continuation) }
            }
        }
    }

    /// The most memory that the program has had so far, in bytes; nil when it has ended.
    public var peakMemory: Int? {
        let status = try? String(contentsOfFile: "/proc/\(processID)/status", encoding: .utf8)
        let peak = status?.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
        return peak.flatMap { Int($0.filter(\.isNumber)) }.map { $0 << 10 }
    }

    /// Waits for the end, and brings it about when it doesn't come in time.
    @discardableResult
    public func exit(within patience: Duration) async -> Int32 {
        let timeout = Task {
            try await Task.sleep(for: patience)
            signal(SIGKILL)
        }
        defer { timeout.cancel() }
        return await exit()
    }

    // MARK: Telling

    /// Has nobody read standard output from now on, or somebody again. When it ends isn't noticed in between.
    public func holdOutput(_ isHeld: Bool) { state.state.withLock { $0.isHeld = isHeld } }

    public func signal(_ number: Int32) { kill(processID, number) }

    /// Writes to the program's standard input.
    public func write(_ text: String) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            // A program that has ended must not take this one with it.
            let count = rest.withUnsafeBytes { send(input, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { return }
            rest.removeFirst(count)
        }
    }

    /// Ends the program's standard input.
    public func closeInput() { shutdown(input, Int32(SHUT_WR)) }
}

private func exchange<T>(_ place: inout T, with value: T) -> T {
    let old = place
    place = value
    return old
}
