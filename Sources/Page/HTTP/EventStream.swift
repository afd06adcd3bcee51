/// The stream of events to one tab.
import NIOCore
import ServiceLifecycle

/// Writes what happens, from a place on, as fast as the tab reads. A tab that reads too slowly, so that what it has to read next isn't
/// kept any more, is told so, and begins anew from a snapshot.
struct EventStream: Sendable {
    /// From one sign of life to the next, in seconds of silence: whoever is between the two ends may cut off what is silent.
    private static let openers = ": streamllm\nretry: 1000\n\n"

    let board: Board

    /// Where a tab goes on: behind the records that it has, or at the place that came with its snapshot.
    ///
    /// - Parameters:
    ///   - lastID: the id of the last event that it got.
    ///   - run: the program's run that the place is of.
    /// - Returns: nil where what it would have to read isn't there.
    func place(after lastID: String?, run: String?, at: UInt64?) -> UInt64? {
        board.read { state in
            if let lastID, !lastID.isEmpty {
                let numbers = EventLog.numbers(inID: lastID[...], workspaces: state.workspaces.count)
                return numbers.flatMap { state.log.place(after: $0) }
            }
            return run == board.run ? at : nil
        }
    }

    func write(from start: UInt64?, to writer: inout PacedWriter) async throws {
        try await writer.write(ByteBuffer(string: Self.openers))
        guard var place = start else { return try await writer.write(Self.gap) }
        while !Task.isCancelled && !board.news.isOver {
            let count = board.news.count
            let reading = board.read { $0.log.read(from: place) }
            switch reading {
            case .blocks(let blocks, let next):
                try await writer.write(contentsOf: blocks)
                place = next
            case .nothing: await board.news.wait(beyond: count)
            case .gone: return try await writer.write(Self.gap)
            }
        }
    }

    private static let gap = ByteBuffer(string: "event: gap\ndata: {}\n\n")
}
