/// Keeps what can't be read twice, so that it can be replayed.
import Chat
import Common
import Foundation
import Synchronization
import Threads

/// Copies an input to a temporary file that has no name, on a thread of its own: what comes through a pipe, and what isn't JSON
/// lines and is made so on the way.
final class Spool: Sendable {
    private static let blockSize = 256 << 10

    /// The temporary file, for reading; closed by whoever uses it.
    let descriptor: Int32
    /// The copying thread's own: it may outlive whoever reads.
    private let written: Int32
    private let source: Int32
    private let wakeup: Wakeup
    private let outcome = Mutex<Result<Void, ExitStatus>?>(nil)
    private let name: String
    /// What a message's fields are called.
    private let keys: Set<String>
    /// Called with what the input is, if it isn't plain.
    private let say: @Sendable (String) -> Void

    /// - Parameters:
    ///   - source: the input; closed when all of it has been copied.
    ///   - name: what it is called.
    /// - Throws: ``ExitStatus`` 73 when the temporary file can't be made.
    init(
        from source: Int32, called name: String = "Standard input", keys: Set<String> = FieldMapping().keys,
        wakeup: Wakeup, say: @escaping @Sendable (String) -> Void = { _ in }
    ) throws(ExitStatus) {
        self.name = name
        self.keys = keys
        self.say = say
        let folder = ProcessInfo.processInfo.environment["TMPDIR"] ?? "/tmp"
        var template = Array("\(folder)/streamllm-input-XXXXXX".utf8CString)
        written = mkstemp(&template)
        guard written >= 0 else {
            close(source)
            throw .cannotCreate(
                "\(name) can't be kept for replay: \(folder): \(String(cString: strerror(errno))) (see TMPDIR)")
        }
        unlink(template)
        _ = fcntl(written, F_SETFD, FD_CLOEXEC)
        descriptor = fcntl(written, F_DUPFD_CLOEXEC, 0)
        self.source = source
        self.wakeup = wakeup
        startThread("spool") { self.copy() }
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
        // Poll doesn't tell of a descriptor that can't be read at all; a read of nothing does.
        guard read(source, nil, 0) == 0 else { throw unreadable() }
        var beginning: [UInt8] = []
        while Unpacker.mayBegin(with: beginning), case let more = try block(of: source), !more.isEmpty {
            beginning += more
        }
        var shaper = InputShaper(keys: keys)
        var end = 0
        guard let unpacker = beginning.withUnsafeBytes(Unpacker.init(of:)) else {
            try shape(beginning, with: &shaper, &end)
            return try shapeAll(of: source, with: &shaper, &end)
        }
        let (pipe, process) = try unpacker.start(with: beginning, goingOnWith: source)
        defer { close(pipe) }
        say("compressed: \(unpacker.rawValue) unpacks it")
        try shapeAll(of: pipe, with: &shaper, &end)
        try unpacker.finish(process)
    }

    /// Keeps all that comes.
    private func shapeAll(of source: Int32, with shaper: inout InputShaper, _ end: inout Int) throws(ExitStatus) {
        while case let more = try block(of: source), !more.isEmpty { try shape(more, with: &shaper, &end) }
        let lines = shaper.end()
        try keep(lines, at: end)
        end += lines.count
    }

    private func shape(_ bytes: [UInt8], with shaper: inout InputShaper, _ end: inout Int) throws(ExitStatus) {
        guard !bytes.isEmpty else { return }
        let isNew = shaper.form == nil
        if end == 0, isNew, let kind = Unpacker.archive(bytes) { throw Unpacker.refusal(name, kind) }
        let lines = bytes.withUnsafeBytes { shaper.process($0) }
        if isNew, let form = shaper.form, form != .plain { say("read as \(form)") }
        try keep(lines, at: end)
        end += lines.count
        wakeup.signal()
    }

    /// What comes next; nothing at the end.
    private func block(of source: Int32) throws(ExitStatus) -> [UInt8] {
        while true {
            // A named pipe that nobody has opened yet reads as ended; polled, it isn't ready.
            var ready = pollfd(fd: source, events: Int16(POLLIN), revents: 0)
            if poll(&ready, 1, -1) < 0 { continue }
            var count = 0
            let bytes = [UInt8](unsafeUninitializedCapacity: Self.blockSize) { buffer, filled in
                count = read(source, buffer.baseAddress, buffer.count)
                filled = max(0, count)
            }
            if count < 0 && (errno == EINTR || errno == EAGAIN) { continue }
            guard count >= 0 else { throw unreadable() }
            return bytes
        }
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
