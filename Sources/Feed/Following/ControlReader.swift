/// Reading what a publisher says of itself.

/// Reads an endpoint's control messages. Where nothing happens the same one comes again each second, and isn't read anew. Pure.
struct ControlReader {
    /// Longest control message that is read, in bytes: what it consists of has at most a fraction of that.
    static let longest = 4096

    private var last: (json: [UInt8], control: Control?) = ([], nil)

    /// - Returns: nil when the bytes aren't a control payload.
    mutating func read(_ json: UnsafeRawBufferPointer) -> Control? {
        guard json.count <= Self.longest else { return nil }
        if !json.elementsEqual(last.json) {
            let json = Array(json)
            last = (json, Control(json: json))
        }
        return last.control
    }
}
