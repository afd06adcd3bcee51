/// A program's last line, in which it says what it has counted.
import Foundation

/// The sums that must come out in the consumer's summary.
enum Summary {
    /// - Parameter log: what the consumer said.
    static func problems(in log: String) -> [String] {
        guard let line = log.split(separator: "\n").last(where: { $0.contains("Done: received") }) else {
            return ["no summary"]
        }
        func number(_ name: String) -> Int {
            guard let range = line.range(of: name + " ") else { return -1 }
            return Int(line[range.upperBound...].prefix { $0.isNumber }) ?? -1
        }
        var problems: [String] = []
        if number("received") != number("= accepted") + number("+ rejected") + number("+ duplicates") {
            problems.append("received isn't accepted + rejected + duplicates: \(line)")
        }
        if number("; accepted") != number("in windows") + number("+ late") {
            problems.append("accepted isn't in windows + late: \(line)")
        }
        if number("; lost") != 0 { problems.append("messages lost: \(line)") }
        if number("entries") != number("(generated") + number("fallback") + number("none") {
            problems.append("entries don't add up: \(line)")
        }
        return problems
    }
}
