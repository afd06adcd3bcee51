/// What followers say of how far they are, where that is further than their publisher.

/// A publisher that has been started again may go on where its followers are, once it knows that they tell the truth: that the
/// record before the one they want is in its input too, with the fingerprint that they name. Claims and records go in, the
/// number to go on at comes out. The caller reads its input.
///
/// Anybody can claim anything, so what looking is done is bounded: claims are looked at in the order of their numbers, one
/// way through the input for all of them. Only a claim that turned out false makes it worth going that way once more.
public struct Claims: Sendable {
    /// Claims that wait, one a client. More clients than this ask again.
    static let pendingLimit = 64
    /// A client that has been wrong so often isn't believed any more.
    static let mistakesPerClient = 3
    /// Nor is anybody, when so many claims were wrong.
    static let mistakeLimit = 8

    private struct Claim {
        let client: [UInt8]
        /// The first record wanted.
        let from: UInt64
        /// The fingerprint of the stream's first record.
        let first: String
        /// The fingerprint of the record before ``from``.
        let last: String
    }

    /// In the order of their numbers.
    private var pending: [Claim] = []
    private var mistakes: [Claim] = []
    /// The number behind the input's last record, once it is known.
    private var end: UInt64?

    public init() {}

    /// Whether too many claims were wrong for more to be looked at.
    public var isExhausted: Bool { mistakes.count >= Self.mistakeLimit }

    /// A client wants a record that lies ahead of what is published.
    ///
    /// - Parameters:
    ///   - first: the fingerprint of the first record that the client has.
    ///   - last: the fingerprint of the record before the one it wants.
    /// - Returns: false when the claim is known to be wrong.
    public mutating func admit(from: UInt64, first: String?, last: String, by client: [UInt8]) -> Bool {
        if mistakes.contains(where: { $0.from == from && $0.last == last }) { return false }
        guard let first, from > 1, from <= end ?? .max, !isExhausted,
            mistakes.count(where: { $0.client == client }) < Self.mistakesPerClient
        else { return true }
        pending.removeAll { $0.client == client }
        guard pending.count < Self.pendingLimit else { return true }
        let place = pending.firstIndex { $0.from > from } ?? pending.endIndex
        pending.insert(Claim(client: client, from: from, first: first, last: last), at: place)
        return true
    }

    /// The record to look at now; nil when there is none.
    ///
    /// - Parameters:
    ///   - next: the number that the next record to be published will have.
    ///   - fingerprint: the first record's; nil before that has been published. Until then no claim can be checked.
    public mutating func wanted(next: UInt64, fingerprint: String?) -> UInt64? {
        guard let fingerprint, !pending.isEmpty else { return nil }
        // What has been published in the meantime is compared when it is asked for.
        pending.removeAll { $0.from <= next || $0.first != fingerprint }
        return pending.first.map { $0.from - 1 }
    }

    /// Record `number` of the input has been looked at.
    ///
    /// - Returns: the number to go on at, where somebody has told the truth.
    public mutating func found(_ fingerprint: String, at number: UInt64) -> UInt64? {
        let claims = pending.filter { $0.from == number + 1 }
        pending.removeAll { $0.from == number + 1 }
        for claim in claims where claim.last != fingerprint && !isExhausted { mistakes.append(claim) }
        if isExhausted { pending = [] }
        return claims.contains { $0.last == fingerprint } ? number + 1 : nil
    }

    /// There is no record `number` or behind it in the input: now, or ever, where the input is complete.
    ///
    /// - Parameter end: the number behind the last record of an input that is complete.
    public mutating func missing(from number: UInt64, end: UInt64?) {
        pending.removeAll { $0.from > number }
        if let end { self.end = end }
    }
}
