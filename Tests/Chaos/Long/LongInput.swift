/// Messages for a long round.
import Foundation
import TestSupport

/// A file of messages of 1 KB, ten milliseconds apart, of fifty sessions.
struct LongInput: Sendable {
    /// Windows close by the messages, 30 seconds of them at a time; the pace is that of event time times this.
    static let speed = 30.0
    static let perSecond = 3000
    private static let sessions = 50

    let path: String
    let count: Int
    let bytes: Int

    /// - Parameter seconds: how long it takes to publish it.
    init(_ folder: TemporaryFolder, seconds: Int) throws {
        count = seconds * Self.perSecond
        let text = String(repeating: "x", count: 900)
        var lines = ""
        for index in 0..<count {
            let milliseconds = index * 10
            let clock = [milliseconds / 3_600_000 + 10, milliseconds / 60_000 % 60, milliseconds / 1000 % 60]
                .map { ($0 < 10 ? "0" : "") + "\($0)" }.joined(separator: ":")
            let fraction = String("\(milliseconds % 1000 + 1000)".dropFirst())
            lines += #"{"session_id":"s\#(index % Self.sessions)","timestamp":"2025-01-23T\#(clock).\#(fraction)Z","#
            lines += #""sender":"customer","message":"\#(index) \#(text)"}"# + "\n"
        }
        path = try folder.write("input.jsonl", lines)
        bytes = lines.utf8.count
    }
}

/// Entries of a ``LongInput``, as they come: each message must be in one, and a session's messages in order.
struct LongEntries: Sendable {
    private let wanted: Int
    private var lastOfSession: [String: Int] = [:]
    private(set) var records = 0
    private(set) var messages = 0
    private(set) var problems: [String] = []

    init(of input: LongInput) { wanted = input.count }

    mutating func take(_ line: Data) {
        guard problems.count < 10 else { return }
        do {
            let entry = try JSONDecoder().decode(Entry.self, from: line)
            records += 1
            if entry.sequence != records { problems.append("\(entry.sequence) stands where \(records) should") }
            guard let session = entry.data.session_id, let numbers = entry.data.messages?.map(\.sequence) else {
                problems.append("not an entry: \(entry.id)")
                return
            }
            messages += numbers.count
            // In ascending order, and as many as there are: each of them once.
            for number in numbers {
                if number <= lastOfSession[session] ?? 0 || number > wanted {
                    problems.append("message \(number) of \(session) comes again, or in another order")
                }
                lastOfSession[session] = number
            }
        } catch {
            problems.append("not a record: \(String(decoding: line.prefix(300), as: UTF8.self)): \(error)")
        }
    }

    /// What was wrong, once all of it should be there.
    var problemsAtEnd: [String] {
        problems + (messages == wanted ? [] : ["\(messages) of \(wanted) messages came out"])
    }
}

/// A copy of a file, as it comes: byte for byte.
struct LongCopy: Sendable {
    private let original: Data
    private var lines = 0
    private var size = 0
    private var problems: [String] = []

    init(of input: LongInput) throws {
        original = try Data(contentsOf: URL(fileURLWithPath: input.path), options: .alwaysMapped)
    }

    mutating func take(_ line: Data) {
        let end = size + line.count + 1
        lines += 1
        if problems.isEmpty && (end > original.count || original[size..<(end - 1)] != line) {
            problems.append("line \(lines) isn't the input's: \(String(decoding: line.prefix(200), as: UTF8.self))")
        }
        size = end
    }

    /// What was wrong, once all of it should be there.
    var problemsAtEnd: [String] {
        problems + (size == original.count ? [] : ["\(size) of \(original.count) bytes came"])
    }
}
