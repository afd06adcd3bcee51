/// Writing to a descriptor without being thrown off.
import Foundation

/// Writes all of `bytes`, and waits as long as it takes: a descriptor that is out of room, an interruption by a signal. For
/// threads that may wait.
///
/// - Returns: why it can't be written, as an errno: a reader that has gone, a disk that is full; 0: it is written.
@discardableResult
func writeAll(_ bytes: [UInt8], to descriptor: Int32) -> Int32 {
    var written = 0
    return writeAll(bytes, to: descriptor, written: &written)
}

/// The same.
///
/// - Parameter written: so many of the bytes have been, in the end.
func writeAll(_ bytes: [UInt8], to descriptor: Int32, written: inout Int) -> Int32 {
    written = 0
    while written < bytes.count {
        let step = bytes.withUnsafeBytes { buffer in
            Foundation.write(descriptor, buffer.baseAddress.map { $0 + written }, bytes.count - written)
        }
        if step > 0 {
            written += step
        } else if step < 0 && errno == EAGAIN {
            // Whoever shares the descriptor has made it one that doesn't wait.
            var ready = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
            _ = poll(&ready, 1, -1)
        } else if step == 0 {
            return EIO
        } else if errno != EINTR {
            return errno
        }
    }
    return 0
}
