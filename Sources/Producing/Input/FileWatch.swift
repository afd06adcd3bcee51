/// Noticing that a file is written to.
import Glibc

/// Tells when a file grows, and when its name is given to another. It only shortens the wait: whoever follows a file looks at
/// it from time to time anyway, since not every file system tells.
final class FileWatch {
    /// Readable when something has happened; nil where the system can't tell.
    let descriptor: Int32?
    /// The file's name in its folder.
    private let name: [UInt8]

    init(_ path: String) {
        var folders = path.split(separator: "/", omittingEmptySubsequences: false)
        name = Array((folders.popLast() ?? "").utf8)
        let descriptor = inotify_init1(Int32(IN_NONBLOCK | IN_CLOEXEC))
        guard descriptor >= 0 else {
            self.descriptor = nil
            return
        }
        self.descriptor = descriptor
        // The folder tells of both, also of a file that isn't there yet.
        var folder = folders.joined(separator: "/")
        if folder.isEmpty { folder = path.hasPrefix("/") ? "/" : "." }
        inotify_add_watch(descriptor, folder, UInt32(IN_MODIFY | IN_CREATE | IN_MOVED_TO | IN_CLOSE_WRITE))
    }

    deinit { if let descriptor { close(descriptor) } }

    /// Forgets what has happened.
    ///
    /// - Returns: how often a file has been given the name.
    func clear() -> Int {
        guard let descriptor else { return 0 }
        var given = 0
        let events = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 << 10, alignment: 8)
        defer { events.deallocate() }
        while case let count = read(descriptor, events.baseAddress, events.count), count > 0 {
            given += self.given(UnsafeRawBufferPointer(rebasing: events[..<count]))
            if count < events.count / 2 { break }
        }
        return given
    }

    /// Reads events one by one (inotify(7)): each has its name behind it, filled up with zeros.
    private func given(_ events: UnsafeRawBufferPointer) -> Int {
        let head = MemoryLayout<inotify_event>.size
        var (place, given) = (0, 0)
        while place + head <= events.count {
            let event = events.loadUnaligned(fromByteOffset: place, as: inotify_event.self)
            let end = min(events.count, place + head + Int(event.len))
            let isNew = event.mask & UInt32(IN_CREATE | IN_MOVED_TO) != 0
            if isNew, events[(place + head)..<end].prefix(while: { $0 != 0 }).elementsEqual(name) { given += 1 }
            place = end
        }
        return given
    }
}
