/// Several frames in one input.

/// The first byte says how long the first frame is, and so on; what is cut off ends where the input does.
enum FrameInput {
    /// More than any message of the protocol has, so that too many are tried, too.
    private static let most = 16

    static func frames(_ input: UnsafeRawBufferPointer) -> [[UInt8]] {
        var frames: [[UInt8]] = []
        var rest = input[...]
        while let count = rest.popFirst(), frames.count < most {
            frames.append(Array(rest.prefix(Int(count))))
            rest = rest.dropFirst(Int(count))
        }
        return frames
    }

    /// The way back, for frames of less than 256 bytes.
    static func bytes(_ frames: [[UInt8]]) -> [UInt8] {
        frames.flatMap { [UInt8(truncatingIfNeeded: $0.count)] + $0 }
    }
}
