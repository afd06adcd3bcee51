/// JSON, read by somebody else's parser.
import Foundation
import Records
import Testing

/// The value that bytes of JSON stand for, as Foundation reads it.
func parsed(_ json: [UInt8]) throws -> Any {
    try JSONSerialization.jsonObject(with: Data(json), options: .fragmentsAllowed)
}

/// The object that bytes of JSON stand for.
func parsedObject(_ json: [UInt8]) throws -> [String: Any] {
    try #require(try parsed(json) as? [String: Any])
}

/// What ``JSONWriter`` writes, as text.
func written(_ body: (inout JSONWriter) -> Void) -> String {
    String(decoding: JSONWriter.bytes(body), as: UTF8.self)
}
