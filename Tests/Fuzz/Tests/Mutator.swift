/// Inputs out of other inputs, for where there is no libFuzzer.
import TestSupport

/// Changes inputs at random: the same seed gives the same inputs.
struct Mutator {
    /// Inputs stay under this, in bytes.
    static let longest = 4096
    /// Where numbers change their meaning: around zero, and at the ends of what so many bits hold, or the protocol allows.
    private static let numbers: [UInt64] = {
        let edges: [UInt64] = [0, 128, 256, 1 << 16, 1 << 31, 1 << 32, 1 << 50, 1 << 53, 1 << 62, 1 << 63]
        return edges.flatMap { edge -> [UInt64] in [edge &- 1, edge, edge &+ 1] }
    }()

    private var random: SeededGenerator
    private let seeds: [[UInt8]]
    private let words: [[UInt8]]

    init(seed: UInt64, seeds: [[UInt8]], words: [String]) {
        random = SeededGenerator(seed)
        self.seeds = seeds.isEmpty ? [[]] : seeds
        self.words = words.map { Array($0.utf8) }
    }

    mutating func next() -> [UInt8] {
        var input = anySeed()
        for _ in 0..<(1 << Int.random(in: 0...3, using: &random)) { change(&input) }
        return Array(input.prefix(Self.longest))
    }

    private mutating func anySeed() -> [UInt8] { seeds[Int.random(in: seeds.indices, using: &random)] }

    private mutating func change(_ input: inout [UInt8]) {
        let place = Int.random(in: 0...input.count, using: &random)
        let rest = input.count - place
        let some = place..<(place + Int.random(in: 0...min(rest, 16), using: &random))
        switch Int.random(in: 0..<11, using: &random) {
        case 0 where rest > 0: input[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        case 1 where rest > 0: input[place] = UInt8.random(in: 0...255, using: &random)
        case 2: input.insert(contentsOf: words.randomElement(using: &random) ?? [0], at: place)
        case 3: input.replaceSubrange(some, with: number())
        case 4: input.removeSubrange(some)
        case 5: input.insert(contentsOf: input[some], at: place)
        case 6:
            // What one began, another goes on with.
            let other = anySeed()
            let from = Int.random(in: 0...other.count, using: &random)
            input.replaceSubrange(place..., with: other[from...])
        case 7: input.removeSubrange(place...)
        case 8:
            let count = Int.random(in: 1...64, using: &random)
            let byte = rest > 0 ? input[place] : UInt8.random(in: 0...255, using: &random)
            input.insert(contentsOf: repeatElement(byte, count: count), at: place)
        case 9:
            // The next number in the text becomes another.
            guard let first = input[place...].firstIndex(where: Self.isDigit) else { return }
            let end = input[first...].firstIndex { !Self.isDigit($0) } ?? input.count
            input.replaceSubrange(first..<end, with: Array("\(anyNumber())".utf8))
        default: input.insert(UInt8.random(in: 0...255, using: &random), at: place)
        }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte }

    private mutating func anyNumber() -> UInt64 { Self.numbers[Int.random(in: Self.numbers.indices, using: &random)] }

    /// A number in one of the forms in which numbers are written here: digits, eight bytes, or seven bits a byte.
    private mutating func number() -> [UInt8] {
        let number = anyNumber()
        switch Int.random(in: 0..<4, using: &random) {
        case 0: return Array("\(number)".utf8)
        case 1: return Array("\(Int64(bitPattern: number))".utf8)
        case 2: return (0..<8).map { UInt8(truncatingIfNeeded: number >> (56 - 8 * $0)) }
        default:
            var bytes: [UInt8] = []
            var rest = number
            while rest >= 0x80 {
                bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
                rest >>= 7
            }
            return bytes + [UInt8(rest)]
        }
    }
}
