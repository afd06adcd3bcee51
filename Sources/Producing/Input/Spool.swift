/// Keeps what comes through a pipe, so that it can be replayed.
import Common
import Foundation
import Synchronization
import Threads

/// Copies a pipe to a temporary file that has no name, on a thread of its own.
final class Spool: Sendable {
    /// The temporary file, for reading; closed by whoever uses it.
    let descriptor: Int32
    /// The copying thread's own: it may outlive whoever reads.
    private let written: Int32
    private let source: Int32
    private let wakeup: Wakeup
    private let outcome = Mutex<Result<Void, ExitStatus>?>(nil)

    /// - Parameter source: the pipe; closed when all of it has been copied.
    /// - Throws: ``ExitStatus`` 73 when the temporary file can't be made.
    init(from source: Int32, wakeup: Wakeup) throws(ExitStatus) {
        let folder = ProcessInfo.processInfo.environment["TMPDIR"] ?? "/tmp"
        var template = Array("\(folder)/streamllm-input-XXXXXX".utf8CString)
        written = mkstemp(&template)
        guard written >= 0 else {
            close(source)
            throw .cannotCreate(
                "Standard input can't be kept for replay: \(folder): \(String(cString: strerror(errno))) (see TMPDIR)")
        }
        unlink(template)
        descriptor = dup(written)
        self.source = source
        self.wakeup = wakeup
        Thread { self.copy() }.start()
    }

    /// Whether all has been copied.
    ///
    /// - Throws: what stopped the copying.
    func isComplete() throws(ExitStatus) -> Bool {
        guard let outcome = outcome.withLock({ $0 }) else { return false }
        try outcome.get()
        return true
    }

    private func copy() {
        let result = Result { () throws(ExitStatus) in try copyAll() }
        close(source)
        close(written)
        outcome.withLock { $0 = result }
        wakeup.signal()
    }

    private func copyAll() throws(ExitStatus) {
        var block = [UInt8](repeating: 0, count: 256 << 10)
        var end = 0
        // Poll doesn't tell of a descriptor that can't be read at all; a read of nothing does.
        guard read(source, &block, 0) == 0 else {
            throw .inputOutput("Standard input can't be read: \(String(cString: strerror(errno)))")
        }
        while true {
            // A named pipe that nobody has opened yet reads as ended; polled, it isn't ready.
            var ready = pollfd(fd: source, events: Int16(POLLIN), revents: 0)
            if poll(&ready, 1, -1) < 0 { continue }
            let count = read(source, &block, block.count)
            if count < 0 && (errno == EINTR || errno == EAGAIN) { continue }
            guard count >= 0 else {
                throw .inputOutput("Standard input can't be read: \(String(cString: strerror(errno)))")
            }
            if count == 0 { return }
            var written = 0
            while written < count {
                let step = block.withUnsafeBytes { bytes in
                    pwrite(self.written, bytes.baseAddress.map { $0 + written }, count - written, off_t(end + written))
                }
                if step < 0 && errno == EINTR { continue }
                guard step > 0 else {
                    throw .inputOutput("Standard input can't be kept for replay: \(String(cString: strerror(errno)))")
                }
                written += step
            }
            end += count
            wakeup.signal()
        }
    }
}
