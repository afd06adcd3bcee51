/// Names of entries: the same for the same window, different for different ones.
import Chat
import Records
import Streaming
import Testing
import TestSupport

@Suite("An entry's id", .timeLimit(.minutes(5)))
struct EntryIDTests {
    /// Ids are compared by their bytes, as every other program compares them.
    private func id(_ stream: String, _ session: String, _ window: Window = .sample, _ revision: Int = 1) -> [UInt8] {
        Array(WorkspaceEntry.sample(stream: stream, sessionID: session, revision: revision, window: window).id.utf8)
    }

    @Test("The id depends on stream, session, window and revision, and on nothing else")
    func stable() {
        let one = WorkspaceEntry.sample()
        let other = WorkspaceEntry.sample(
            conversation: .saying("else"), response: .none, timing: Timing(queued: 1, firstToken: 2, total: 3), lost: 9)
        #expect(one.id == other.id)
        let later = Window(kind: .tumbling, start: Window.sample.end, end: Timestamp(milliseconds: 1_737_642_660_000))
        let longer = Window(kind: .session, start: Window.sample.start, end: later.end)
        let ids = [
            id("s", "a"), id("t", "a"), id("s", "b"), id("s", "a", later), id("s", "a", longer),
            id("s", "a", .sample, 2),
            id("s", "a", .sample, 11),
        ]
        #expect(Set(ids).count == ids.count)
    }

    @Test("A window before 1970 has an id of its own")
    func before1970() {
        func window(_ start: Int64, _ end: Int64) -> Window {
            Window(kind: .tumbling, start: Timestamp(milliseconds: start), end: Timestamp(milliseconds: end))
        }
        let ids = [window(-30, 0), window(0, 30), window(30, 60), window(-60, -30), window(-30, 30)].map {
            id("s", "a", $0)
        }
        #expect(Set(ids).count == ids.count)
    }

    @Test("A revision names the one it supersedes by that one's own id", arguments: [2, 3, 10])
    func supersedes(_ revision: Int) throws {
        let earlier = WorkspaceEntry.sample(stream: "a/b%", sessionID: "c/d", revision: revision - 1)
        let entry = WorkspaceEntry.sample(
            stream: "a/b%", sessionID: "c/d", revision: revision,
            supersedes: [WindowResult.Superseded(window: .sample, revision: revision - 1)])
        let data = try #require(try parsedObject(entry.json())["data"] as? [String: Any])
        #expect(data["supersedes"] as? String == earlier.id)
        #expect(data["also_supersedes"] == nil)
        #expect(data["revision"] as? Int == revision)
        #expect(entry.id != earlier.id)
    }

    @Test("Where session windows that had come out have merged, the entry names all that it supersedes")
    func supersedesSeveral() throws {
        let superseded = [(-60_000, -30_000), (-1, 0), (5, 10)].map { start, end in
            WindowResult.Superseded(
                window: Window(
                    kind: .session, start: Timestamp(milliseconds: start), end: Timestamp(milliseconds: end)),
                revision: 1)
        }
        let whole = Window(
            kind: .session, start: Timestamp(milliseconds: -60_000), end: Timestamp(milliseconds: 10))
        // A slash and a combining accent are one character to Swift.
        let entry = WorkspaceEntry.sample(
            sessionID: "a/\u{301}", revision: 2, window: whole, supersedes: superseded)
        let ids = superseded.map {
            WorkspaceEntry.sample(sessionID: "a/\u{301}", revision: $0.revision, window: $0.window).id
        }
        let data = try #require(try parsedObject(entry.json())["data"] as? [String: Any])
        #expect(data["supersedes"] as? String == ids[0])
        #expect(data["also_supersedes"] as? [String] == Array(ids[1...]))
        guard case .entry(let read) = try WorkspaceRecord(json: entry.json()) else {
            Issue.record("not an entry")
            return
        }
        #expect(read.result == entry.result)
    }

    @Test(
        "An entry that supersedes something that isn't an entry's id can't be read",
        arguments: [
            "", "1-2/3", "a/1-2/3", "a/b/c/1-2/3", "a/b/-/1", "a/b/1-/1", "a/b/-1/1", "a/b/1-2/", "a/b/1-2-3/1",
        ])
    func notAnID(_ id: String) throws {
        let entry = WorkspaceEntry.sample(
            revision: 2, supersedes: [WindowResult.Superseded(window: .sample, revision: 1)])
        let earlier = WorkspaceEntry.sample().id
        let json = String(decoding: entry.json(), as: UTF8.self)
        #expect(json.contains("\"\(earlier)\""))
        let changed = json.replacing("\"\(earlier)\"", with: "\"\(id)\"")
        #expect(throws: DecodingError.self) { try WorkspaceRecord(json: Array(changed.utf8)) }
    }

    @Test(
        "Names that hold the separator can't make two windows look like one",
        arguments: [
            (["a/b", "c"], ["a", "b/c"]),
            (["a%2Fb", "c"], ["a/b", "c"]),
            (["a%", "2Fb"], ["a", "%2Fb"]),
            (["a%25", "b"], ["a%", "b"]),
            (["", "a"], ["a", ""]),
            (["/", ""], ["", "/"]),
            // A slash and a combining accent are one character to Swift, and still a slash to everybody else.
            (["a/\u{301}b", "\u{301}c"], ["a", "\u{301}b/\u{301}c"]),
            // Canonically equivalent, not equal.
            (["s", "\u{E9}"], ["s", "e\u{301}"]),
        ] as [([String], [String])])
    func separators(_ one: [String], _ other: [String]) {
        #expect(id(one[0], one[1]) != id(other[0], other[1]))
    }

    @Test("No two of many names made of separators and escapes share an id")
    func allDifferent() {
        let parts = ["a", "/", "%", "2F", "\u{301}"]
        let names =
            [""] + parts + parts.flatMap { a in parts.map { a + $0 } } + ["%2F", "%25", "a/\u{301}", "\u{301}/\u{301}"]
        let distinct = Dictionary(names.map { (Array($0.utf8), $0) }) { first, _ in first }.values
        var seen: [[UInt8]: (String, String)] = [:]
        var shared: [String] = []
        for stream in distinct {
            for session in distinct {
                if let other = seen.updateValue((stream, session), forKey: id(stream, session)) {
                    shared.append("\((stream, session)) and \(other)")
                }
            }
        }
        #expect(shared.prefix(3) == [])
    }
}
