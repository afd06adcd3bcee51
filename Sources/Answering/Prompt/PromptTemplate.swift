/// The words around a conversation.

/// A text with places for what differs from window to window. Written as `{conversation}`; a brace itself is written twice. In
/// the seed form it is the whole question, in the chat form the system prompt.
public struct PromptTemplate: Hashable, Sendable {
    public enum Place: String, CaseIterable, Sendable {
        /// The earlier messages and the window's, a line each.
        case conversation
        /// The earlier messages alone.
        case history
        /// The window's messages alone.
        case window
        case sessionID = "session_id"
        /// ISO 8601, UTC.
        case windowStart = "window_start"
        case windowEnd = "window_end"

        /// Whether what was said stands there.
        fileprivate var isSpoken: Bool { self == .conversation || self == .history || self == .window }
    }

    /// What is wrong with a template.
    public struct Problem: Error, Hashable, CustomStringConvertible {
        public let description: String
    }

    private enum Part: Hashable, Sendable {
        case text(String)
        case place(Place)
    }

    private var parts: [Part] = []

    /// The question that is asked unless another is given.
    public static let standard = PromptTemplate(parts: [
        .text("The following is a conversation between a Relationship Manager and a Customer:\n\n"),
        .place(.conversation),
        .text(
            "\n\nBased on the above window of conversation, what should the RM say next? Please provide a natural, helpful response that continues the conversation appropriately."
        ),
    ])

    /// What a chat model is told unless something else is given.
    static let chat = PromptTemplate(parts: [.text(PromptForm.part)])

    /// No words at all.
    static let empty = PromptTemplate(parts: [])

    private init(parts: [Part]) { self.parts = parts }

    /// The words between the places.
    var texts: [String] { parts.compactMap { if case .text(let text) = $0 { text } else { nil } } }

    /// - Throws: ``Problem`` for a text that has braces with nothing known in them, and in the seed form no place for the
    ///   conversation. In the chat form, where the conversation follows as turns of its own, for one that has such a place.
    public init(_ text: String, for form: PromptForm = .seed) throws(Problem) {
        var line = 1
        var plain = ""
        var rest = text[...]
        while let character = rest.popFirst() {
            if character.isNewline { line += 1 }
            guard character == "{" || character == "}" else {
                plain.append(character)
                continue
            }
            if rest.first == character {
                plain.append(rest.removeFirst())
            } else if character == "{", let end = rest.firstIndex(of: "}"),
                let place = Place(rawValue: String(rest[..<end]))
            {
                guard form == .seed || !place.isSpoken else {
                    throw Problem(
                        description:
                            "line \(line): {\(place.rawValue)} has no place in a system prompt; with --prompt-form chat the conversation follows it"
                    )
                }
                parts += [.text(plain), .place(place)]
                plain = ""
                rest = rest[rest.index(after: end)...]
            } else {
                let known = Place.allCases.map { "{\($0.rawValue)}" }.joined(separator: ", ")
                throw Problem(
                    description:
                        "line \(line): a lone brace, or nothing known in it; there are \(known), and {{ for a brace")
            }
        }
        parts.append(.text(plain))
        guard form == .chat || parts.contains(.place(.conversation)) || parts.contains(.place(.window)) else {
            throw Problem(
                description: "it has neither {conversation} nor {window}: the model wouldn't see what was said")
        }
    }

    /// In bytes, without what is put in.
    var size: Int {
        parts.reduce(0) { size, part in if case .text(let text) = part { size + text.utf8.count } else { size } }
    }

    /// How often a message may stand in the prompt: once at least, in the turns behind it if not in the template.
    var copies: Int {
        func uses(_ place: Place) -> Int { parts.count { $0 == .place(place) } }
        return max(1, uses(.conversation) + max(uses(.history), uses(.window)))
    }

    func filled(_ value: (Place) -> String) -> String {
        parts.reduce(into: "") { text, part in
            switch part {
            case .text(let plain): text += plain
            case .place(let place): text += value(place)
            }
        }
    }
}
