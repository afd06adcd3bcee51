/// Which results and streams are known.
import Records
import Storage
import Testing

@testable import Consuming

@Suite("Known results", .timeLimit(.minutes(1)))
struct KnownResultsTests {
    private func id(_ number: UInt64) -> ResultID { ResultID((number, 0)) }

    @Test("the last ones are known, and no more than there is room for")
    func limit() {
        var known = KnownResults(limit: 3)
        let first = [1, 2, 1, 3].map { known.insert(id($0)) }
        #expect(first == [true, true, false, true])
        let fourth = known.insert(id(4))
        #expect(fourth && known.count == 3)
        let again = [2, 3, 4, 1].map { known.insert(id($0)) }
        #expect(again == [false, false, false, true])
    }

    /// What is said, and which streams are open then.
    static let table: [(String, [StreamNews], Set<String>)] = [
        ("one that has begun is open", [began("a"), began("b")], ["a", "b"]),
        ("its end ends it", [began("a"), StreamNews(stream: "a", ended: true)], []),
        ("some parts don't", [began("a"), ended("a", 0, of: 3), ended("a", 2, of: 3)], ["a"]),
        (
            "all parts do, in any order",
            [began("a"), ended("a", 2, of: 3), ended("a", 0, of: 3), ended("a", 1, of: 3)], []
        ),
        ("the same part twice is one", [began("a"), ended("a", 0, of: 2), ended("a", 0, of: 2)], ["a"]),
        ("a part may end before the beginning has come", [ended("a", 0, of: 2)], ["a"]),
        ("and the beginning come between", [ended("a", 0, of: 2), began("a"), ended("a", 1, of: 2)], []),
        ("no such part", [began("a"), ended("a", 2, of: 2), ended("a", -1, of: 2), ended("a", 0, of: 0)], ["a"]),
        (
            "text that looks the same is another stream",
            [began("\u{E9}"), began("e\u{301}"), StreamNews(stream: "\u{E9}", ended: true)], ["e\u{301}"]
        ),
        ("it may begin again", [began("a"), StreamNews(stream: "a", ended: true), began("a")], ["a"]),
    ]

    private static func began(_ stream: String) -> StreamNews { StreamNews(stream: stream, ended: false) }

    private static func ended(_ stream: String, _ part: Int, of parts: Int) -> StreamNews {
        StreamNews(stream: stream, ended: true, part: part, parts: parts)
    }

    @Test("streams are open until all of their parts have ended", arguments: table)
    func streams(_ what: String, _ news: [StreamNews], _ open: Set<String>) {
        var streams = GivenStreams()
        for one in news { streams.take(one) }
        #expect(Set(streams.news.map { Array($0.stream.utf8) }) == Set(open.map { Array($0.utf8) }), "\(what)")
        #expect(streams.isEmpty == open.isEmpty, "\(what)")
        var copy = GivenStreams()
        for one in streams.news { copy.take(one) }
        #expect(copy.news == streams.news, "\(what)")
    }
}
