/// Records of a session whose texts are to be gone.
import Bytes
import Chat
import Streaming

extension WorkspaceRecord {
    /// The record without texts; nil where it has none of that session.
    ///
    /// It keeps its number and its id, so that those who follow miss nothing. A line that was rejected has no session that can
    /// be read: it goes when the session's name stands in it as JSON has it.
    public func forgetting(session: String) -> WorkspaceRecord? {
        switch self {
        case .entry(let entry):
            guard entry.result.sessionID.isSame(as: session) else { return nil }
            let result = entry.result
            let messages = result.conversation.messages.map {
                ChatMessage(timestamp: $0.timestamp, sender: $0.sender, text: "", sequence: $0.sequence)
            }
            let emptied = WindowResult(
                stream: result.stream, sessionID: result.sessionID, window: result.window, revision: result.revision,
                supersedes: result.supersedes, trigger: result.trigger, conversation: Conversation(messages))
            return .entry(
                WorkspaceEntry(emptied, response: .forgotten, timing: entry.timing, lost: entry.lost))
        case .setAside(var record):
            let isOfSession = record.sessionID.map { $0.isSame(as: session) } ?? record.line.names(session)
            guard isOfSession else { return nil }
            record.line = ""
            record.reason = Response.forgotten.reason ?? ""
            return .setAside(record)
        case .feedback(var feedback):
            guard feedback.sessionID.isSame(as: session) else { return nil }
            feedback.text = feedback.text.map { _ in "" }
            feedback.reason = Response.forgotten.reason
            feedback.actor = nil
            return .feedback(feedback)
        }
    }
}

extension String {
    /// Whether a session's name is in a line, as a text of JSON, with escapes or without, or as a number.
    fileprivate func names(_ session: String) -> Bool {
        if let number = Double(session), session.utf8.allSatisfy(\.isOfNumber), hasValue(number) { return true }
        let name = "\"\(session)\"".utf8
        let line = withoutEscapes
        return line.count >= name.count
            && (0...(line.count - name.count)).contains { line[$0..<($0 + name.count)].elementsEqual(name) }
    }

    /// Whether a number stands behind a colon, however it is written.
    private func hasValue(_ number: Double) -> Bool {
        var rest = utf8[...]
        while let colon = rest.firstIndex(of: UInt8(ascii: ":")) {
            rest = rest[colon...].dropFirst().drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
            let value = rest.prefix { $0.isOfNumber }
            if !value.isEmpty, Double(String(decoding: value, as: UTF8.self)) == number { return true }
        }
        return false
    }

    /// The text with the characters that JSON's escapes stand for. What is no escape stays.
    private var withoutEscapes: [UInt8] {
        var text = unicodeScalars[...]
        var units: [UInt16] = []
        while let scalar = text.popFirst() {
            guard scalar == "\\", let kind = text.first else {
                units += UTF16.encode(scalar).map(Array.init) ?? []
                continue
            }
            text.removeFirst()
            switch kind {
            case "n": units.append(0x0A)
            case "r": units.append(0x0D)
            case "t": units.append(0x09)
            case "b": units.append(0x08)
            case "f": units.append(0x0C)
            case "u":
                let digits = text.prefix(4)
                guard digits.count == 4, let unit = UInt16(String(String.UnicodeScalarView(digits)), radix: 16) else {
                    units += [0x5C, 0x75]
                    continue
                }
                text = text.dropFirst(4)
                units.append(unit)
            default: units += UTF16.encode(kind).map(Array.init) ?? []
            }
        }
        // Half a pair becomes U+FFFD, as when it is read.
        return Array(String(decoding: units, as: UTF16.self).utf8)
    }
}

extension UInt8 {
    fileprivate var isOfNumber: Bool { UInt8(ascii: "0")...UInt8(ascii: "9") ~= self || "+-.eE".utf8.contains(self) }
}
