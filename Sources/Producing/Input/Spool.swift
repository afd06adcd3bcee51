/// Keeps what can't be read twice, so that it can be replayed.
import Chat
import Common
import Foundation
import Synchronization
import Threads

/// Copies an input to a temporary file that has no name, on a thread of its own: what comes through a pipe, and what isn't JSON
/// lines and is made so on the way.
final class Spool: Sendable {
    /// The temporary file, for reading; closed by whoever uses it.
    let descriptor: Int32
    /// The copying thread's own: it may outlive whoever reads.
    private let written: Int32
    private let source: Int32
    private let wakeup: Wakeup
    private let outcome = Mutex<Result<Void, ExitStatus>?>(nil)
    private let name: String
    /// Who writes to the pipe, where that is a program which unpacks a file.
    private let unpacking: (unpacker: Unpacker, process: pid_t)?
    /// What a message's fields are called.
    private let keys: Set<String>
    /// Called once with the form of the input, if it isn't plain.
    private let hasForm: @Sendable (InputForm) -> Void

    /// - Parameters:
    ///   - source: the input; closed when all of it has been copied.
    ///   - name: what it is called.
    /// - Throws: ``ExitStatus`` 73 when the temporary file can't be made.
    init(
        from source: Int32, called name: String = "Standard input", unpacking: (Unpacker, pid_t)? = nil,
        keys: Set<String> = FieldMapping().keys, wakeup: Wakeup,
        hasForm: @escaping @Sendable (InputForm) -> Void = { _ in }
    ) throws(ExitStatus) {
        self.name = name
        self.unpacking = unpacking.map { (unpacker: $0, process: $1) }
        self.keys = keys
        self.hasForm = hasForm
        let folder = ProcessInfo.processInfo.environment["TMPDIR"] ?? "/tmp"
        var template = Array("\(folder)/streamllm-input-XXXXXX".utf8CString)
        written = mkstemp(&template)
        guard written >= 0 else {
            close(source)
            throw .cannotCreate(
                "\(name) can't be kept for replay: \(folder): \(String(cString: strerror(errno))) (see TMPDIR)")
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
        var shaper = InputShaper(keys: keys)
        // Poll doesn't tell of a descriptor that can't be read at all; a read of nothing does.
        guard read(source, &block, 0) == 0 else { throw unreadable() }
        while true {
            // A named pipe that nobody has opened yet reads as ended; polled, it isn't ready.
            var ready = pollfd(fd: source, events: Int16(POLLIN), revents: 0)
            if poll(&ready, 1, -1) < 0 { continue }
            let count = read(source, &block, block.count)
            if count < 0 && (errno == EINTR || errno == EAGAIN) { continue }
            guard count >= 0 else { throw unreadable() }
            let isNew = shaper.form == nil
            let lines = block.withUnsafeBytes { bytes in
                count > 0 ? shaper.process(UnsafeRawBufferPointer(rebasing: bytes[..<count])) : shaper.end()
            }
            if isNew, let form = shaper.form, form != .plain { hasForm(form) }
            try keep(lines, at: end)
            end += lines.count
            if count == 0 { break }
            wakeup.signal()
        }
        if let unpacking { try unpacking.unpacker.finish(unpacking.process) }
    }

    private func keep(_ bytes: [UInt8], at end: Int) throws(ExitStatus) {
        var written = 0
        while written < bytes.count {
            let step = bytes.withUnsafeBytes { bytes in
                pwrite(
                    self.written, bytes.baseAddress.map { $0 + written }, bytes.count - written, off_t(end + written))
            }
            if step < 0 && errno == EINTR { continue }
            guard step > 0 else {
                throw .inputOutput("\(name) can't be kept for replay: \(String(cString: strerror(errno)))")
            }
            written += step
        }
    }

    private func unreadable() -> ExitStatus {
        .inputOutput("\(name) can't be read: \(String(cString: strerror(errno)))")
    }
}
