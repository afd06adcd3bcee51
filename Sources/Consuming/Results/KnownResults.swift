/// Which results have been given before.
import DequeModule
import Records
import Storage

/// The results that were given last: whoever gives them may give them again, when he has failed and isn't sure. Pure.
struct KnownResults: Sendable {
    /// So many are known. One that comes again behind as many others is taken for a new one.
    static let most = 1 << 20

    private let limit: Int
    private var ids: Set<ResultID> = []
    private var order: Deque<ResultID> = []

    init(limit: Int = KnownResults.most) { self.limit = limit }

    var count: Int { order.count }

    /// In the order in which they were given.
    var inOrder: some Collection<ResultID> { order }

    /// - Returns: whether it is a new one.
    mutating func insert(_ id: ResultID) -> Bool {
        guard ids.insert(id).inserted else { return false }
        order.append(id)
        if order.count > limit, let first = order.popFirst() { ids.remove(first) }
        return true
    }
}

/// Streams of whoever gives results: those that have begun, and which parts of them have ended. Pure.
struct GivenStreams: Sendable {
    /// So many open streams are known. Of further ones it isn't waited for the end.
    static let most = 10_000
    /// A stream has no more parts.
    static let mostParts = 1 << 15

    /// By the bytes of their ids: text that only looks the same is another stream.
    private var parts: [[UInt8]: Set<Int>] = [:]

    var isEmpty: Bool { parts.isEmpty }

    /// Something has come of a stream. Its parts come on their own ways: the one that says that it has begun may be the last.
    ///
    /// - Returns: whether it wasn't open.
    mutating func begin(_ stream: String) -> Bool {
        let id = Array(stream.utf8)
        guard parts[id] == nil, parts.count < Self.most else { return false }
        parts[id] = []
        return true
    }

    /// Takes what was said of a stream.
    mutating func take(_ news: StreamNews) {
        let id = Array(news.stream.utf8)
        guard !news.ended || news.parts != nil else {
            parts[id] = nil
            return
        }
        _ = begin(news.stream)
        guard news.ended, let all = news.parts, let part = news.part, 1...Self.mostParts ~= all, 0..<all ~= part
        else { return }
        parts[id]?.insert(part)
        if parts[id]?.count == all { parts[id] = nil }
    }

    /// What gives the same again when it is taken.
    var news: [StreamNews] {
        parts.sorted { $0.key.lexicographicallyPrecedes($1.key) }.flatMap { id, ended in
            let stream = String(decoding: id, as: UTF8.self)
            return [StreamNews(stream: stream, ended: false)]
                + ended.sorted().map { StreamNews(stream: stream, ended: true, part: $0, parts: Self.mostParts) }
        }
    }
}
