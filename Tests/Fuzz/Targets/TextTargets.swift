/// Texts that become something else: sessions that become topics, and times.
import Chat
import Feed

extension FuzzTarget {
    static let topic = FuzzTarget("topic") {
        ["abc123", "", String(repeating: "a", count: 192), String(repeating: "🌐é", count: 50)].map { Array($0.utf8) }
    } reader: {
        .direct { input in
            for family in ["workspace/", "late/"] as [StaticString] {
                // What was there before must not show.
                var topic = Array("before".utf8)
                Topic.write(family, input, to: &topic)
                try Finding.unless(topic.count <= Topic.limit, "a topic of \(topic.count) bytes")
                try Finding.unless(topic.starts(with: "\(family)".utf8), "a topic of another family")
                // All sessions are UTF-8.
                guard let session = String(validating: input, as: UTF8.self) else { continue }
                try Finding.unless(String(validating: topic, as: UTF8.self) != nil, "a character is cut in two")
                try Finding.unless(Topic.make(family, session) == topic, "two topics of one session")
                if topic.count < Topic.limit - 3 {
                    let rest = topic.dropFirst(family.utf8CodeUnitCount)
                    try Finding.unless(rest.elementsEqual(input), "a session is cut that needn't be")
                }
            }
            return Array(input)
        }
    }

    static let time = FuzzTarget("time", words: ["0000-01-01T", "9999-12-31T", "23:59:60", "+23:59", "-23:59", "Z"]) {
        [
            "2025-01-23T14:30:00Z", "2025-01-23 14:30:00.250+01:00", "1969-12-31t23:59:59,9999-0130",
            "2024-02-29T00:00:00", "1990-12-31T15:59:60-08:00", "0000-01-01T00:00:00Z",
        ].map { Array($0.utf8) }
    } reader: {
        .direct { input in
            guard let time = Timestamp(input) else { return nil }
            let text = "\(time)"
            try Finding.unless(Timestamp(text) == time, "\(input.shown) is read as \(text), and that otherwise")
            try Finding.unless(text.hasSuffix("Z") && text.utf8.count == 24, "a time is written as \(text)")
            return Array(input)
        }
    }
}
