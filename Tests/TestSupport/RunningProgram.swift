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
        var output = Data()
        var error = Data()
        /// Standard output, standard error and the process itself.
        var open = 3
        var waiters: [Waiter] = []
    }

    // Process is used from one place at a time: started in init, and afterwards only asked for its number and status.
    private nonisolated(unsafe) let process = Process()
    private let state = Mutex(State())
    private let input = Pipe()

    /// Starts a program.
    ///
    /// - Parameters:
    ///   - executable: a path, or the name of one of this package's programs.
    ///   - environment: added to the test's own.
    public init(
        _ executable: String, _ arguments: [String], environment: [String: String] = [:], folder: TemporaryFolder? = nil
    ) throws {
        let path = executable.hasPrefix("/") ? executable : Self.programFolder + "/" + executable
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        if let folder { process.currentDirectoryURL = URL(fileURLWithPath: folder.path) }
        process.standardInput = input
        process.standardOutput = collect(.output)
        process.standardError = collect(.error)
        process.terminationHandler = { [weak self] _ in self?.closeOne() }
        try process.run()
    }

    deinit { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }

    /// Where the package's programs are: beside the tests.
    private static var programFolder: String {
        let tests = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        return (tests as NSString).deletingLastPathComponent
    }

    private func collect(_ stream: Stream) -> Pipe {
        let pipe = Pipe()
        pipe.fileHandleForReading.readabilityHandler = { [weak self] handle in
            let data = handle.availableData
            if data.isEmpty {
                handle.readabilityHandler = nil
                self?.closeOne()
            } else {
                self?.take(data, stream)
            }
        }
        return pipe
    }

    private func take(_ data: Data, _ stream: Stream) {
        settle { state in
            switch stream {
            case .output: state.output.append(data)
            case .error: state.error.append(data)
            }
        }
    }

    private func closeOne() { settle { $0.open -= 1 } }

    /// Changes the state, and wakes those who have waited for it.
    private func settle(_ change: (inout State) -> Void) {
        let (done, failed) = state.withLock { state -> ([Waiter], [Waiter]) in
            change(&state)
            let texts = (output: state.outputText, error: state.errorText)
            let done = state.waiters.filter { $0.isEnough($0.stream == .output ? texts.output : texts.error) }
            state.waiters.removeAll { $0.isEnough($0.stream == .output ? texts.output : texts.error) }
            guard state.open == 0 else { return (done, []) }
            defer { state.waiters = [] }
            return (done, state.waiters)
        }
        for waiter in done { waiter.continuation.resume() }
        for waiter in failed {
            waiter.continuation.resume(
                throwing: EndedEarly(description: "ended early; it said:\n\(errorText)\n\(output)"))
        }
    }

    // MARK: Asking

    public var processID: Int32 { process.processIdentifier }
    /// All that was printed on standard output so far.
    public var output: String { state.withLock { $0.outputText } }
    /// All that was printed on standard error so far.
    public var errorText: String { state.withLock { $0.errorText } }
    /// Standard output's lines so far.
    public var lines: [String] { output.split(separator: "\n").map(String.init) }

    /// Waits until what was printed is enough.
    ///
    /// - Throws: ``EndedEarly`` when the program ends without it.
    public func wait(_ stream: Stream, until isEnough: @escaping @Sendable (String) -> Bool) async throws {
        try await withCheckedThrowingContinuation { continuation in
            state.withLock { state in
                state.waiters.append(Waiter(stream: stream, isEnough: isEnough, continuation: continuation))
            }
            settle { _ in }
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
        // Nothing is ever enough, so this waits until the program and both its streams have ended.
        try? await wait(.error) { _ in false }
        return process.terminationReason == .uncaughtSignal ? -process.terminationStatus : process.terminationStatus
    }

    // MARK: Telling

    public func signal(_ number: Int32) { kill(process.processIdentifier, number) }

    public func write(_ text: String) throws { try input.fileHandleForWriting.write(contentsOf: Data(text.utf8)) }

    public func closeInput() throws { try input.fileHandleForWriting.close() }
}

extension RunningProgram.State {
    fileprivate var outputText: String { String(decoding: output, as: UTF8.self) }
    fileprivate var errorText: String { String(decoding: error, as: UTF8.self) }
}
