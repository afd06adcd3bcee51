/// Real processes, for tests that need them.
import Foundation
import Subprocess
import Synchronization
import SystemPackage

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
        /// Goes on when somebody reads again.
        var reader: CheckedContinuation<Void, Never>?
        var waiters: [Waiter] = []
        var exitWaiters: [CheckedContinuation<Int32, Never>] = []

        func text(_ stream: Stream) -> String { String(decoding: stream == .output ? output : error, as: UTF8.self) }
    }

    public let processID: Int32
    private let state: Watched
    /// Where the program keeps its state, unless its environment says otherwise: never in the user's own folder.
    private let stateFolder: TemporaryFolder
    /// This end of its standard input (a socket, so that it can be ended while it is in use elsewhere, and writing to a
    /// program that is gone is no signal).
    private let input: Int32
    private let running: Task<Void, Never>

    /// The state is changed by a task that may outlive the program's last user.
    private final class Watched: Sendable {
        let state = Mutex(State())
    }

    /// Starts a program.
    ///
    /// - Parameters:
    ///   - executable: a path, or the name of one of this package's programs.
    ///   - environment: added to the test's own.
    ///   - folder: the program's working directory.
    ///   - take: gets what comes on standard output, as it comes, one piece after the other; nil: it is collected in
    ///     ``output``.
    /// - Throws: `SubprocessError` when it can't be started.
    public init(
        _ executable: String, _ arguments: [String], environment: [String: String] = [:],
        folder: TemporaryFolder? = nil, takingOutput take: (@Sendable (ArraySlice<UInt8>) -> Void)? = nil
    ) async throws {
        let path = executable.hasPrefix("/") ? executable : Self.programFolder + "/" + executable
        stateFolder = try TemporaryFolder()
        var changes: [Environment.Key: String?] = ["XDG_STATE_HOME": stateFolder.path]
        for (name, value) in environment { changes[Environment.Key(stringLiteral: name)] = value }
        var ends: [Int32] = [0, 0]
        guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0 else { throw POSIXError(.EMFILE) }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        input = ends[0]
        let configuration = Configuration(
            executable: .path(FilePath(path)), arguments: Arguments(arguments),
            environment: .inherit.updating(changes), workingDirectory: folder.map { FilePath($0.path) })
        let theirs = FileDescriptor(rawValue: ends[1])
        let state = Watched()
        self.state = state
        let (starts, start) = AsyncThrowingStream<Int32, any Error>.makeStream()
        running = Task {
            do {
                let result = try await run(
                    configuration, input: .fileDescriptor(theirs, closeAfterSpawningProcess: true), output: .sequence,
                    error: .sequence
                ) { program in
                    start.yield(program.processIdentifier.value)
                    async let errors: Void = Self.read(program.standardError) { piece in
                        Self.settle(state) { $0.error += piece }
                    }
                    try await Self.read(program.standardOutput) { piece in
                        if let take { take(piece) } else { Self.settle(state) { $0.output += piece } }
                        await Self.whileHeld(state)
                    }
                    try await errors
                }
                Self.settle(state) { $0.exitCode = result.terminationStatus.number }
            } catch {
                start.finish(throwing: error)
                Self.settle(state) { $0.exitCode = -SIGKILL }
            }
        }
        var iterator = starts.makeAsyncIterator()
        guard let processID = try await iterator.next() else { throw CancellationError() }
        self.processID = processID
    }

    deinit {
        close(input)
        holdOutput(false)
        // That kills it.
        running.cancel()
    }

    /// Where the package's programs are: beside the tests.
    public static var programFolder: String {
        let tests = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        return (tests as NSString).deletingLastPathComponent
    }

    private static func read(
        _ stream: SubprocessOutputSequence, _ body: (ArraySlice<UInt8>) async -> Void
    ) async throws {
        for try await piece in stream { await body(piece.withUnsafeBytes { Array($0) }[...]) }
    }

    private static func whileHeld(_ watched: Watched) async {
        await withCheckedContinuation { continuation in
            let isHeld = watched.state.withLock { state in
                if state.isHeld { state.reader = continuation }
                return state.isHeld
            }
            if !isHeld { continuation.resume() }
        }
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
            holdOutput(false)
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

    /// Has nobody read standard output from now on (but for a last piece), or somebody again. When it ends isn't noticed in
    /// between.
    public func holdOutput(_ isHeld: Bool) {
        let reader = state.state.withLock { state in
            state.isHeld = isHeld
            return isHeld ? nil : exchange(&state.reader, with: nil)
        }
        reader?.resume()
    }

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

extension TerminationStatus {
    /// The exit code; for a death by signal, minus its number.
    fileprivate var number: Int32 {
        switch self {
        case .exited(let code): code
        case .signaled(let signal): -signal
        }
    }
}
