/// Answers, and how long they took, as the store keeps them.
import Bytes
import Records

/// What there is of an answer beside what each has, a bit each. Format 1 has the first alone, format 2 the first two.
private struct ResponseParts: OptionSet {
    let rawValue: UInt8

    static let truncated = ResponseParts(rawValue: 1)
    static let trimmed = ResponseParts(rawValue: 2)
    static let cutOff = ResponseParts(rawValue: 4)
    static let raw = ResponseParts(rawValue: 8)
    static let unsupported = ResponseParts(rawValue: 16)
    static let masked = ResponseParts(rawValue: 32)
    static let all: ResponseParts = [.truncated, .trimmed, .cutOff, .raw, .unsupported, .masked]

    init(rawValue: UInt8) { self.rawValue = rawValue }

    init(_ response: Response) {
        self = []
        if response.truncated { insert(.truncated) }
        if response.trimmed { insert(.trimmed) }
        if response.cutOff { insert(.cutOff) }
        if response.raw != nil { insert(.raw) }
        if !response.unsupported.isEmpty { insert(.unsupported) }
        if !response.masked.isEmpty { insert(.masked) }
    }
}

extension Response {
    /// Stands for the status of a response that nobody was asked for, with a reason.
    private static let notAsked = "not asked"

    func write(to writer: inout ByteWriter) {
        if status == .none, let reason {
            writer.append(counted: Self.notAsked)
            writer.append(counted: reason)
            return
        }
        writer.append(counted: status.rawValue)
        if status == .none { return }
        writer.append(optional: text)
        writer.append(optional: reason)
        writer.append(optional: model)
        writer.append(counted: responder)
        writer.append(optional: promptTokens)
        writer.append(optional: completionTokens)
        let parts = ResponseParts(self)
        writer.append(integer: parts.rawValue)
        if let raw { writer.append(counted: raw) }
        if parts.contains(.unsupported) { writer.append(texts: unsupported) }
        if parts.contains(.masked) { writer.append(texts: masked) }
    }

    init(from reader: inout ByteReader) throws(DamagedBytes) {
        let name = try reader.string()
        if name == Self.notAsked {
            self = .notAsked(because: try reader.string())
            return
        }
        guard let status = Status(rawValue: name) else { throw DamagedBytes() }
        if status == .none {
            self = .none
            return
        }
        let (text, reason) = (try reader.optionalString(), try reader.optionalString())
        let (model, responder) = (try reader.optionalString(), try reader.string())
        let (prompt, completion) = (try reader.optionalInteger(), try reader.optionalInteger())
        let parts = ResponseParts(rawValue: try reader.integer())
        guard parts.isSubset(of: .all) else { throw DamagedBytes() }
        self.init(
            status: status, text: text, reason: reason, model: model, responder: responder, promptTokens: prompt,
            completionTokens: completion, truncated: parts.contains(.truncated), cutOff: parts.contains(.cutOff),
            trimmed: parts.contains(.trimmed))
        if parts.contains(.raw) { raw = try reader.string() }
        if parts.contains(.unsupported) { unsupported = try reader.texts() }
        if parts.contains(.masked) { masked = try reader.texts() }
    }
}

/// The same for the times that an entry may have; formats 1 and 2 have the first alone.
private struct TimingParts: OptionSet {
    let rawValue: UInt8

    static let firstToken = TimingParts(rawValue: 1)
    static let rate = TimingParts(rawValue: 2)
    static let all: TimingParts = [.firstToken, .rate]
}

extension Timing {
    func write(to writer: inout ByteWriter) {
        writer.append(integer: Int64(queued))
        var parts: TimingParts = []
        if firstToken != nil { parts.insert(.firstToken) }
        if tokenTenthsPerSecond != nil { parts.insert(.rate) }
        writer.append(integer: parts.rawValue)
        if let firstToken { writer.append(integer: Int64(firstToken)) }
        if let tokenTenthsPerSecond { writer.append(integer: Int64(tokenTenthsPerSecond)) }
        writer.append(integer: Int64(total))
    }

    init(from reader: inout ByteReader) throws(DamagedBytes) {
        self.init(queued: Int(try reader.integer(Int64.self)))
        let parts = TimingParts(rawValue: try reader.integer())
        guard parts.isSubset(of: .all) else { throw DamagedBytes() }
        if parts.contains(.firstToken) { firstToken = Int(try reader.integer(Int64.self)) }
        if parts.contains(.rate) {
            let tenths = try reader.integer(Int64.self)
            guard tenths >= 0 else { throw DamagedBytes() }
            tokenTenthsPerSecond = Int(tenths)
        }
        total = Int(try reader.integer(Int64.self))
    }
}

extension ByteWriter {
    mutating func append(optional text: String?) {
        append(flag: text != nil)
        if let text { append(counted: text) }
    }

    mutating func append(optional number: Int?) {
        append(flag: number != nil)
        if let number { append(integer: Int64(number)) }
    }

    fileprivate mutating func append(texts: [String]) {
        append(varint: UInt64(texts.count))
        for text in texts { append(counted: text) }
    }
}

extension ByteReader {
    mutating func optionalString() throws(DamagedBytes) -> String? { try flag() ? try string() : nil }

    mutating func optionalInteger() throws(DamagedBytes) -> Int? {
        try flag() ? Int(try integer(Int64.self)) : nil
    }

    fileprivate mutating func texts() throws(DamagedBytes) -> [String] {
        let count = try varint()
        var texts: [String] = []
        // Each takes a byte at least: no more of them are read than there are bytes.
        while texts.count < count { texts.append(try string()) }
        return texts
    }
}
