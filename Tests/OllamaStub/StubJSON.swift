/// Writing JSON as Ollama does.

/// A JSON object whose fields stand in the order in which they were added, escaped as Go's `encoding/json` does it:
/// `<`, `>` and `&`, too.
struct StubJSON: Sendable {
    private var fields: [String] = []

    init(_ body: (inout StubJSON) -> Void) { body(&self) }

    var text: String { "{" + fields.joined(separator: ",") + "}" }

    mutating func add(_ name: String, _ value: String) { add(name, raw: Self.quoted(value)) }
    mutating func add(_ name: String, _ value: Int) { add(name, raw: "\(value)") }
    mutating func add(_ name: String, _ value: Bool) { add(name, raw: "\(value)") }
    mutating func add(_ name: String, _ value: StubJSON) { add(name, raw: value.text) }
    mutating func add(_ name: String, _ values: [StubJSON]) { add(name, array: values.map(\.text)) }
    mutating func add(_ name: String, _ values: [String]) { add(name, array: values.map(Self.quoted)) }

    mutating func addNull(_ name: String) { add(name, raw: "null") }

    mutating func addUnlessZero(_ name: String, _ value: Int) {
        if value != 0 { add(name, value) }
    }

    private mutating func add(_ name: String, array values: [String]) {
        add(name, raw: "[" + values.joined(separator: ",") + "]")
    }

    private mutating func add(_ name: String, raw value: String) { fields.append(Self.quoted(name) + ":" + value) }

    private static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            case "\r": quoted += "\\r"
            case "\t": quoted += "\\t"
            case "<", ">", "&", "\u{2028}", "\u{2029}": quoted += escape(scalar)
            case _ where scalar.value < 0x20: quoted += escape(scalar)
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }

    private static func escape(_ scalar: Unicode.Scalar) -> String {
        let digits = String(scalar.value, radix: 16)
        return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    }
}
