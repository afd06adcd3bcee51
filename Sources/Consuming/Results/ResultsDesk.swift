/// Requests with results, from their coming to their receipts.
import Bytes
import Feed

/// Which requests are under way, and whose. Pure.
struct ResultsDesk {
    enum Verdict {
        case take(GivenBatch)
        /// Refused, for a reason that the log is told, too.
        case answer(ResultsAnswer, reason: String)
        /// Not a request, and no number to answer to.
        case nothing
    }

    private struct Waiting {
        let client: DeskSocket.Client
        let number: UInt64
    }

    private var waiting: [UInt64: Waiting] = [:]
    private var next: UInt64 = 1

    var underWay: Int { waiting.count }
    /// Whether somebody waits for an answer.
    var isBusy: Bool { !waiting.isEmpty }

    /// Somebody has sent frames.
    mutating func came(_ frames: [[UInt8]], from client: DeskSocket.Client, _ hash: KeyedHash) -> Verdict {
        guard case .put(let number, let lines) = ResultsRequest(frames: frames) else { return .nothing }
        do {
            let batch = try GivenBatch(number: next, lines: lines, hash: hash)
            waiting[next] = Waiting(client: client, number: number)
            next += 1
            return .take(batch)
        } catch {
            return .answer(.refused(number: number, reason: error.description), reason: error.description)
        }
    }

    /// What was given in one go is durable.
    mutating func isDurable(_ number: UInt64) -> (ResultsAnswer, client: DeskSocket.Client)? {
        waiting.removeValue(forKey: number).map { (.taken(number: $0.number), $0.client) }
    }
}
