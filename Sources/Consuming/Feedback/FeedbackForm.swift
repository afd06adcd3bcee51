/// Feedback as clients write it.
import Bytes
import Chat
import Feed
import Foundation
import Records

/// What is wrong with feedback, for people.
struct Refusal: Error, Hashable, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

/// One line of JSON, checked. Whether there is such an entry has still to be found out.
struct FeedbackForm: Hashable, Sendable {
    /// In bytes.
    static let longestLine = SubmissionRequest.longestLine
    static let longestID = SubmissionRequest.longestID
    static let longestActor = 256
    /// Stream and session, each byte of them escaped, and numbers.
    static let longestEntry = 4096

    let id: String
    let entry: String
    let kind: Feedback.Kind
    let text: String?
    let rating: Int?
    let reason: String?
    let actor: String?
    let at: Timestamp?

    /// - Throws: ``Refusal``.
    init(line: [UInt8]) throws(Refusal) {
        guard line.count <= Self.longestLine else {
            throw Refusal("too long: \(line.count) bytes, at most \(Self.longestLine) are taken")
        }
        guard String(validating: line, as: UTF8.self) != nil else { throw Refusal("not UTF-8") }
        do {
            self = try JSONDecoder().decode(FeedbackForm.self, from: Data(line))
        } catch let refusal as Refusal {
            throw refusal
        } catch {
            throw Refusal("not a JSON object")
        }
    }

    func feedback(session: String) -> Feedback {
        Feedback(
            id: id, entry: entry, sessionID: session, kind: kind, text: text, rating: rating, reason: reason,
            actor: actor, at: at)
    }
}

extension FeedbackForm: Decodable {
    private enum Field: String, CodingKey, CaseIterable {
        case id, entry, kind, text, rating, reason, actor, at
    }

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: Field.self)
        id = try Self.text(.id, fields, most: Self.longestID)
        entry = try Self.text(.entry, fields, most: Self.longestEntry)
        guard let kind = Feedback.Kind(rawValue: try Self.text(.kind, fields)) else {
            let names = Feedback.Kind.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
            throw Refusal("\"kind\" is none of \(names)")
        }
        self.kind = kind
        text = try Self.optional(.text, fields)
        reason = try Self.optional(.reason, fields)
        actor = try Self.optional(.actor, fields, most: Self.longestActor)
        rating = try Self.rating(fields)
        at = try Self.optional(.at, fields).map { text in
            guard let time = Timestamp(text) else { throw Refusal("\"at\" isn't a time as RFC 3339 has it") }
            return time
        }
        if kind == .edited && (text ?? "").isEmpty {
            throw Refusal("\"edited\" without \"text\": what was sent instead")
        }
        if (kind == .rated) != (rating != nil) {
            throw Refusal(kind == .rated ? "\"rated\" without \"rating\"" : "\"rating\" is for \"rated\" only")
        }
    }

    private static func text(
        _ field: Field, _ fields: KeyedDecodingContainer<Field>, most: Int = .max
    ) throws -> String {
        guard let text = try optional(field, fields, most: most) else {
            throw Refusal("\"\(field.rawValue)\" is missing")
        }
        if text.isEmpty { throw Refusal("\"\(field.rawValue)\" is empty") }
        return text
    }

    private static func optional(
        _ field: Field, _ fields: KeyedDecodingContainer<Field>, most: Int = .max
    ) throws -> String? {
        guard fields.contains(field), try !fields.decodeNil(forKey: field) else { return nil }
        guard let text = try? fields.decode(String.self, forKey: field) else {
            throw Refusal("\"\(field.rawValue)\" isn't a string")
        }
        if text.utf8.count > most {
            throw Refusal("\"\(field.rawValue)\" is too long: at most \(most) bytes are taken")
        }
        return text
    }

    private static func rating(_ fields: KeyedDecodingContainer<Field>) throws -> Int? {
        guard fields.contains(.rating), try !fields.decodeNil(forKey: .rating) else { return nil }
        guard let rating = try? fields.decode(Int.self, forKey: .rating), abs(rating) == 1 else {
            throw Refusal("\"rating\" is neither 1 nor -1")
        }
        return rating
    }
}
