/// A program's last line, in which it says what it has counted.
import Foundation

/// The sums that must come out in the consumer's summary.
enum Summary {
    /// - Parameters:
    ///   - log: what the consumer said.
    ///   - mayLose: somebody may have said of his own stream that records of it are gone.
    static func problems(in log: String, mayLose: Bool = false) -> [String] {
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
        if !mayLose && number("; lost") != 0 { problems.append("messages lost: \(line)") }
        if number("entries") != number("(generated") + number("fallback") + number("none") {
            problems.append("entries don't add up: \(line)")
        }
        return problems
    }
}
