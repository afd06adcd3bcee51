/// What a following subscriber has got so far.
import Foundation
import TestSupport

/// The records of a round, as they come.
struct Received: Sendable {
    private(set) var entries: [Entry] = []
    /// How many of them are of the honest stream.
    private(set) var honest = 0
    private(set) var problems: [String] = []

    mutating func take(_ line: Data) {
        do {
            let entry = try JSONDecoder().decode(Entry.self, from: line)
            entries.append(entry)
            if entry.isOf(Plan.stream) { honest += 1 }
        } catch {
            problems.append("not a record: \(String(decoding: line.prefix(300), as: UTF8.self)): \(error)")
        }
    }
}

extension Entry {
    /// Whether it is of a stream, by the id's bytes: strings count as equal when they only look so.
    func isOf(_ stream: String) -> Bool { data.stream?.utf8.elementsEqual(stream.utf8) ?? false }
}
