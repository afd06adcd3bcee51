/// What a scanner finds, as values that can be compared.
import Foundation
import Testing

@testable import Producing

/// An item of a ``LineScanner`` with the line itself.
enum Scanned: Equatable, CustomTestStringConvertible {
    case line(String)
    case tooLong(line: Int, bytes: Int)
    case nothing
    case changed

    /// A failed comparison of megabytes should fit on a screen.
    var testDescription: String {
        switch self {
        case .line(let text): "line(\(text.prefix(40).debugDescription), \(text.utf8.count) bytes)"
        case .tooLong(let line, let bytes): "tooLong(line: \(line), bytes: \(bytes))"
        case .nothing: "nothing"
        case .changed: "changed"
        }
    }
}

extension LineScanner {
    /// The next item, its bytes copied.
    mutating func scan(isComplete: Bool = true) throws -> Scanned {
        switch try next(isComplete: isComplete) {
        case .line(let line): .line(String(decoding: line, as: UTF8.self))
        case .tooLong(let line, let bytes): .tooLong(line: line, bytes: bytes)
        case .nothing: .nothing
        case .changed: .changed
        }
    }

    /// All items until there is none.
    mutating func scanAll(isComplete: Bool = true) throws -> [Scanned] {
        var items: [Scanned] = []
        while true {
            let item = try scan(isComplete: isComplete)
            if item == .nothing { return items }
            if item == .changed { return items + [item] }
            items.append(item)
        }
    }
}
