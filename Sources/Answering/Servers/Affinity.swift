/// Which server knows a session.

/// Gives each session an order of the servers, always the same, by rendezvous hashing
/// (https://en.wikipedia.org/wiki/Rendezvous_hashing). Nothing has to be remembered, and where a server is left out, only its own
/// sessions move.
struct Affinity: Hashable, Sendable {
    private let hash: UInt64

    /// - Parameter sessionID: an empty one belongs to nobody.
    init?(sessionID: String) {
        guard !sessionID.isEmpty else { return nil }
        // FNV-1a (http://www.isthe.com/chongo/tech/comp/fnv/): the same in each process, unlike the standard library's.
        hash = sessionID.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }

    /// The one with the highest is asked.
    func weight(of server: Int) -> UInt64 {
        // The last steps of SplitMix64 (https://prng.di.unimi.it/splitmix64.c): each bit depends on all others.
        var weight = hash &+ UInt64(server) &* 0x9E37_79B9_7F4A_7C15
        weight = (weight ^ (weight >> 30)) &* 0xBF58_476D_1CE4_E5B9
        weight = (weight ^ (weight >> 27)) &* 0x94D0_49BB_1331_11EB
        return weight ^ (weight >> 31)
    }
}
