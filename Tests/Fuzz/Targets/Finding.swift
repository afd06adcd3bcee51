/// What a fuzz target can find besides a crash.

/// Something that must hold, and doesn't for an input.
struct Finding: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }

    /// - Throws: the finding, unless the condition holds.
    static func unless(_ holds: Bool, _ description: @autoclosure () -> String) throws {
        guard holds else { throw Finding(description()) }
    }
}

extension Sequence<UInt8> {
    /// How often each byte occurs: what two writings of the same sets and dictionaries have in common, whose elements come in
    /// any order.
    var histogram: [Int] { reduce(into: Array(repeating: 0, count: 256)) { $0[Int($1)] += 1 } }

    /// For the text of a finding.
    var shown: String { String(decoding: Array(self), as: UTF8.self).debugDescription }
}
