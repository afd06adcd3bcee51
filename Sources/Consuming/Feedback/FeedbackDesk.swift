/// What becomes of feedback.
import DequeModule
import Feed
import Foundation
import Records
import Storage

/// Decides what is accepted, and who is told. A value: what clients send goes in, and what the store has; ``Action``s come out.
///
/// Feedback is accepted when it is durable. The same id again is the same feedback, whoever sends it, also while the first is on
/// its way to the store.
struct FeedbackDesk {
    typealias Client = DeskSocket.Client

    enum Action: Hashable {
        case answer(SubmissionAnswer, Client)
        /// Has to become a record; ``committed(_:_:)`` follows.
        case commit(Feedback)
    }

    /// So many submissions are under way, of so many bytes; beyond that, nobody is heard.
    static let most = (count: 1000, bytes: 8 << 20)
    /// Entries looked for in one turn.
    private static let searchesPerTurn = 16

    /// One who waits for an answer.
    private struct Waiting {
        let client: Client
        /// What it sent, in bytes.
        let size: Int
    }

    private struct OnItsWay {
        let fingerprint: String
        var waiting: [Waiting]
    }

    /// By the bytes of their ids: to Swift's `==`, texts are the same that only look so.
    private var onTheirWay: [[UInt8]: OnItsWay] = [:]
    /// Their entries haven't been found yet.
    private var searches: Deque<(form: FeedbackForm, waiting: Waiting)> = []
    private var count = 0
    private var bytes = 0
    private var actions: [Action] = []

    /// Whether there is no room for more.
    var isFull: Bool { count >= Self.most.count || bytes >= Self.most.bytes }
    /// Whether somebody waits for an answer.
    var isBusy: Bool { count > 0 }
    /// Whether ``search(in:)`` has something to do.
    var isSearching: Bool { !searches.isEmpty }

    /// What is to be done since this was last called, in order.
    mutating func takeActions() -> [Action] {
        defer { actions = [] }
        return actions
    }

    // MARK: What happens

    /// Somebody has sent frames.
    mutating func came(_ frames: [[UInt8]], from client: Client, _ ledger: inout some FeedbackLedger) throws {
        guard case .submit(let line) = SubmissionRequest(frames: frames) else {
            return refuse(Refusal("not a request: it has two frames, SUBMIT and a line of JSON"), "", client)
        }
        do {
            let form = try FeedbackForm(line: line)
            count += 1
            bytes += line.count
            try look(form, Waiting(client: client, size: line.count), &ledger)
        } catch let refusal as Refusal {
            refuse(refusal, FeedbackForm.id(in: line), client)
        }
    }

    /// Goes on looking for entries, for a turn's time.
    mutating func search(in ledger: inout some FeedbackLedger) throws {
        for _ in 0..<min(searches.count, Self.searchesPerTurn) {
            let (form, waiting) = searches.removeFirst()
            try look(form, waiting, &ledger)
        }
    }

    /// Feedback has become durable.
    mutating func committed(_ kept: KeptFeedback, _ ledger: inout some FeedbackLedger) {
        ledger.note(kept)
        guard let one = onTheirWay.removeValue(forKey: Array(kept.id.utf8)) else { return }
        for waiting in one.waiting { accept(kept, waiting) }
    }

    /// Nothing is published any more: feedback wasn't taken.
    mutating func ended(_ feedback: Feedback) {
        guard let one = onTheirWay.removeValue(forKey: Array(feedback.id.utf8)) else { return }
        for waiting in one.waiting { refuse(Refusal("the workspace has ended"), feedback.id, waiting) }
    }

    // MARK: What follows

    private mutating func look(
        _ form: FeedbackForm, _ waiting: Waiting, _ ledger: inout some FeedbackLedger
    ) throws {
        let isOther = Refusal("\"id\" is that of other feedback")
        let fingerprint = form.feedback(session: "").fingerprint
        if let first = onTheirWay[Array(form.id.utf8)] {
            guard first.fingerprint == fingerprint else { return refuse(isOther, form.id, waiting) }
            onTheirWay[Array(form.id.utf8)]?.waiting.append(waiting)
        } else if let kept = try ledger.kept(form.id) {
            if kept.isSame(as: fingerprint) { accept(kept, waiting) } else { refuse(isOther, form.id, waiting) }
        } else {
            switch try ledger.findEntry(form.entry) {
            case .searching: searches.append((form, waiting))
            case .unknown: refuse(Refusal("no such entry, or it isn't kept any more"), form.id, waiting)
            case .session(let session):
                onTheirWay[Array(form.id.utf8)] = OnItsWay(fingerprint: fingerprint, waiting: [waiting])
                actions.append(.commit(form.feedback(session: session)))
            }
        }
    }

    private mutating func accept(_ kept: KeptFeedback, _ waiting: Waiting) {
        finish(waiting)
        actions.append(.answer(.accepted(record: kept.record, id: kept.id), waiting.client))
    }

    private mutating func refuse(_ refusal: Refusal, _ id: String, _ waiting: Waiting) {
        finish(waiting)
        refuse(refusal, id, waiting.client)
    }

    private mutating func refuse(_ refusal: Refusal, _ id: String, _ client: Client) {
        actions.append(.answer(.refused(reason: "\(refusal)", id: id), client))
    }

    private mutating func finish(_ waiting: Waiting) {
        count -= 1
        bytes -= waiting.size
    }
}

extension FeedbackForm {
    private struct OnlyID: Decodable {
        let id: String
    }

    /// The id in a line that is refused, so that its client knows which one is; empty where it has none.
    fileprivate static func id(in line: [UInt8]) -> String {
        guard line.count <= longestLine, let id = try? JSONDecoder().decode(OnlyID.self, from: Data(line)).id,
            id.utf8.count <= longestID
        else { return "" }
        return id
    }
}
