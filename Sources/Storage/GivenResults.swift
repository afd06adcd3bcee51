/// What is kept of results that were given to the daemon.
import Bytes
import Records

/// By what a result is known when it is given again.
package struct ResultID: Hashable, Sendable {
    package let words: (UInt64, UInt64)

    package init(_ words: (UInt64, UInt64)) { self.words = words }

    package static func == (a: ResultID, b: ResultID) -> Bool { a.words == b.words }

    package func hash(into hasher: inout Hasher) {
        // Its bits are as good as those of any hash.
        hasher.combine(words.0)
    }
}

/// Results that were given in one go: the windows and messages themselves are in the rest of the commit.
public struct GivenResults: Sendable {
    /// Those that weren't known.
    package var ids: [ResultID] = []
    /// What was said of streams.
    package var streams: [StreamNews] = []

    package init(ids: [ResultID] = [], streams: [StreamNews] = []) {
        self.ids = ids
        self.streams = streams
    }

    package func write(to writer: inout ByteWriter) {
        writer.append(integer: UInt32(ids.count))
        for id in ids {
            writer.append(integer: id.words.0)
            writer.append(integer: id.words.1)
        }
        writer.append(integer: UInt32(streams.count))
        for news in streams {
            writer.append(counted: news.stream)
            writer.append(flag: news.ended)
            // None has so many that these don't fit; what isn't there is 0 of 0.
            writer.append(integer: UInt32(clamping: news.part ?? 0))
            writer.append(integer: UInt32(clamping: news.parts ?? 0))
        }
    }

    /// - Throws: `DamagedBytes` for what ``write(to:)`` can't have written.
    package init(from reader: inout ByteReader) throws(DamagedBytes) {
        for _ in 0..<(try reader.integer(UInt32.self)) {
            ids.append(ResultID((try reader.integer(), try reader.integer())))
        }
        for _ in 0..<(try reader.integer(UInt32.self)) {
            let (stream, ended) = (try reader.string(), try reader.flag())
            let (part, parts) = (try reader.integer(UInt32.self), try reader.integer(UInt32.self))
            streams.append(
                StreamNews(
                    stream: stream, ended: ended, part: parts > 0 ? Int(part) : nil, parts: parts > 0 ? Int(parts) : nil
                ))
        }
    }
}
