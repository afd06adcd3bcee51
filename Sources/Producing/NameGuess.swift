/// What names in somebody's chat export may mean.
import Chat
import Foundation

/// Guesses which options make messages of lines that have other names. Pure.
struct NameGuess {
    /// More names aren't shown.
    private static let shown = 20
    /// More of a name isn't one.
    private static let longestName = 60

    private static let fields: [Rejection.Field: [String]] = [
        .session_id: [
            "sessionid", "session", "conversationid", "conversation", "chatid", "chat", "threadid", "thread",
            "dialogueid",
            "dialogid", "interactionid", "contactid", "ticketid", "caseid", "callid", "roomid", "channelid", "channel",
        ],
        .timestamp: [
            "timestamp", "time", "datetime", "date", "ts", "createdat", "created", "createtime", "sentat", "sent",
            "sendtime",
            "eventtime", "messagetime", "postedat", "at",
        ],
        .sender: [
            "sender", "sendertype", "senderrole", "role", "from", "author", "authorrole", "speaker", "participant",
            "participantrole", "party", "direction", "user", "username", "by", "type",
        ],
        .message: ["message", "text", "messagetext", "content", "body", "msg", "utterance", "transcript", "value"],
    ]

    private static let senders: [Sender: Set<String>] = [
        .customer: [
            "user", "client", "customer", "human", "visitor", "guest", "contact", "consumer", "enduser", "caller",
            "inbound",
            "incoming", "in", "kunde", "kundin",
        ],
        .rm: [
            "agent", "assistant", "advisor", "adviser", "bot", "operator", "employee", "staff", "support", "banker",
            "manager",
            "relationshipmanager", "ai", "model", "outbound", "outgoing", "out", "berater", "beraterin",
        ],
    ]

    /// - Parameter line: one that lacks a field, or has something else in it.
    /// - Returns: the option, and what the line has; nil where it has nothing.
    static func fieldOption(for line: [UInt8]) -> String? {
        guard let object = try? JSONSerialization.jsonObject(with: Data(line)) as? [String: Any], !object.isEmpty else {
            return nil
        }
        let names = names(of: object)
        let pairs = Rejection.Field.allCases.compactMap { field -> String? in
            if object[field.name] is String || object[field.name] is NSNumber { return nil }
            let guess = (fields[field] ?? []).lazy.compactMap { alias in
                names.first { normalized(String($0.split(separator: ".").last ?? "")) == alias }
            }.first
            return "\(field.name)=\(guess ?? "NAME")"
        }
        guard !pairs.isEmpty else { return nil }
        if object["message"] == nil, let list = list(in: object) {
            return "the messages stand in a list inside: make a line of each first, for example with jq -c '.\(list)[]'"
        }
        let found = names.prefix(shown).joined(separator: ", ")
        return "write --field-map \(quoted(pairs.joined(separator: ","))) (the fields here are \(found))"
    }

    /// - Parameter words: senders that aren't known.
    static func senderOption(for words: [String]) -> String {
        let pairs = words.map { word in
            let known = Sender.allCases.first { senders[$0]?.contains(normalized(word)) ?? false }
            return "\(word)=\(known.map { "\($0.name)" } ?? "customer or rm")"
        }
        return "write --sender-map \(quoted(pairs.joined(separator: ",")))"
    }

    /// Where objects stand in a list: a key, or two with a dot between them.
    private static func list(in object: [String: Any], depth: Int = 2) -> String? {
        for key in object.keys.sorted() where !key.contains(where: { $0 == "'" || $0 == "." || $0.isNewline }) {
            if let list = object[key] as? [[String: Any]], !list.isEmpty { return key }
            guard depth > 1, let inside = object[key] as? [String: Any] else { continue }
            if let found = self.list(in: inside, depth: depth - 1) { return "\(key).\(found)" }
        }
        return nil
    }

    /// A value as it is given to a shell.
    private static func quoted(_ value: String) -> String {
        let isPlain = value.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "_.,=-:/".contains($0)) }
        return isPlain || value.contains("'") ? value : "'\(value)'"
    }

    /// Names of what is a text or a number, those in objects behind the others, with dots.
    private static func names(of object: [String: Any], in path: String = "", depth: Int = 3) -> [String] {
        let sorted = object.keys.sorted().filter {
            $0.utf8.count <= longestName && !$0.isEmpty && !$0.contains(where: { "=,\"".contains($0) || $0.isNewline })
        }
        let here = sorted.filter { object[$0] is String || object[$0] is NSNumber }.map { path + $0 }
        guard depth > 1 else { return here }
        return here
            + sorted.flatMap { key in
                (object[key] as? [String: Any]).map { names(of: $0, in: path + key + ".", depth: depth - 1) } ?? []
            }
    }

    private static func normalized(_ name: String) -> String {
        name.lowercased().filter { $0.isLetter || $0.isNumber }
    }
}
