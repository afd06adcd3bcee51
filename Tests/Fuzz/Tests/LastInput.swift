/// What was being read when the process died.
import Foundation

/// A file that holds the last input: a trap ends the process without a word about why, and the file stays.
final class LastInput {
    let path: String
    private let start: UnsafeMutableRawPointer

    /// - Throws: where the file can't be made.
    init(_ target: String) throws {
        path = NSTemporaryDirectory() + "streamllm-fuzz-\(target)-\(getpid())"
        let file = open(path, O_RDWR | O_CREAT | O_TRUNC, 0o600)
        guard file >= 0, ftruncate(file, off_t(Mutator.longest + 1)) == 0 else { throw CocoaError(.fileWriteUnknown) }
        defer { close(file) }
        let mapped = mmap(nil, Mutator.longest + 1, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0)
        guard let mapped, mapped != MAP_FAILED else { throw CocoaError(.fileWriteUnknown) }
        start = mapped
    }

    /// Everything went well: nobody needs it.
    deinit {
        munmap(start, Mutator.longest + 1)
        unlink(path)
    }

    /// Keeps an input, with FF behind it, since the file has a fixed size.
    func keep(_ input: [UInt8]) {
        input.withUnsafeBytes { start.copyMemory(from: $0.baseAddress ?? UnsafeRawPointer(start), byteCount: $0.count) }
        start.storeBytes(of: 0xFF, toByteOffset: input.count, as: UInt8.self)
    }
}
