/// How far the output is, and the console.
import DequeModule
import Synchronization

/// What has gone out and what of it has been shown. Where it is kept in memory alone, a console that is slow is waited for:
/// it couldn't fetch what memory has no room for. A terminal that shows nothing at all for a second, because it was stopped,
/// isn't waited for: the workspace has other subscribers. Safe to use from anywhere.
package final class ConsoleProgress: Sendable {
    /// Whether one that is behind is waited for.
    package enum Patience {
        /// It can fetch what it has missed.
        case none
        /// For as long as it takes.
        case unlimited
        /// As long as it shows something: a terminal may be stopped for hours.
        case whileItMoves
    }

    /// So much may be behind, in bytes and in records: half of what is kept (``KeptLog``).
    package static let most = (bytes: 32 << 20, records: 50_000 as UInt64)
    /// One that has shown nothing for so long doesn't move.
    package static let longestPause = Duration.seconds(1)

    private struct State {
        /// The blocks that haven't been shown: the number behind the last record of each, and its size.
        var blocks: Deque<(next: UInt64, bytes: Int)> = []
        var bytes = 0
        var next: UInt64
        var shown: UInt64
        /// When something was last shown, or began to wait for it.
        var moved: ContinuousClock.Instant
    }

    private let state: Mutex<State>
    private let patience: Patience

    /// - Parameter first: the number of the first record.
    package init(from first: UInt64, patience: Patience, now: ContinuousClock.Instant = .now) {
        self.patience = patience
        state = Mutex(State(next: first, shown: first, moved: now))
    }

    /// The number behind the last record that goes out.
    package var next: UInt64 { state.withLock { $0.next } }

    /// Records up to `next` go out, of so many bytes.
    package func goesOut(upTo next: UInt64, bytes: Int, now: ContinuousClock.Instant = .now) {
        state.withLock { state in
            state.next = next
            guard patience != .none, state.shown < .max else { return }
            if state.blocks.isEmpty { state.moved = now }
            state.blocks.append((next, bytes))
            state.bytes += bytes
        }
    }

    /// Nothing will be shown any more.
    package func end() { shown(upTo: .max) }

    /// Records up to `next` have been shown.
    package func shown(upTo next: UInt64, now: ContinuousClock.Instant = .now) {
        state.withLock { state in
            state.shown = next
            state.moved = now
            while let block = state.blocks.first, block.next <= next {
                state.bytes -= block.bytes
                state.blocks.removeFirst()
            }
        }
    }

    /// Whether it is so far behind that it is worth waiting for.
    package func isTooFar(now: ContinuousClock.Instant = .now) -> Bool {
        if patience == .none { return false }
        return state.withLock { state in
            let records = state.next - min(state.shown, state.next)
            return (state.bytes > Self.most.bytes || records > Self.most.records)
                && (patience == .unlimited || now - state.moved < Self.longestPause)
        }
    }

    /// Waits while it is too far behind, and getting on.
    package func waitForIt() async {
        while isTooFar() && !Task.isCancelled { try? await Task.sleep(for: .milliseconds(2)) }
    }
}
