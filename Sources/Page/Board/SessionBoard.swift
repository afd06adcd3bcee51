/// What a tab that is opened now has to know of each session.
import DequeModule

/// The newest of each session: its newest entry in each workspace, its last messages, and what is being written. The sessions in which
/// nothing has happened for longest are forgotten first; they are found again in the records. Pure.
struct SessionBoard {
    struct Limits {
        var sessions = 5_000
        /// What is kept of all of them, in bytes.
        var bytes = 24 << 20
        /// Of a session that somebody opens.
        var messages = 200
        /// Of each session, where there are so many that all of it doesn't fit.
        var fewMessages = 30
        /// Answers under way.
        var answers = 1_000
        /// Of an answer that is being written, in bytes.
        var text = 64 << 10
    }

    /// A longer entry is only named here, in bytes.
    static let longestEntry = 64 << 10

    struct Entry: Equatable {
        let number: UInt64
        let line: [UInt8]
    }

    struct Session {
        /// By workspace: its newest entry.
        fileprivate(set) var entries: [Int: Entry] = [:]
        /// As they stand in events.
        fileprivate(set) var messages: Deque<[UInt8]> = []
        /// The customer's first message since the RM's last one.
        fileprivate(set) var unanswered: [UInt8]?
        /// When something happened last, as a count of what has happened.
        fileprivate(set) var activity: UInt64 = 0
        fileprivate var size = SessionBoard.overhead

        /// The newest messages in order, behind the one for which the customer waits since longest ago.
        func newest(_ count: Int) -> [[UInt8]] {
            let newest = messages.suffix(count)
            guard let unanswered, !newest.contains(unanswered) else { return Array(newest) }
            return [unanswered] + newest
        }

        fileprivate mutating func trim(to count: Int, bytes: Int) {
            while messages.count > count || size > bytes, let oldest = messages.popFirst() { size -= oldest.count }
        }
    }

    /// Two workspaces name the same window's entry alike. Names are told apart by their bytes.
    struct AnswerKey: Hashable {
        let workspace: Int
        let id: [UInt8]
    }

    /// An answer under way.
    struct Answer {
        let session: [UInt8]
        /// So many pieces have come; 0: none yet.
        var pieces = 0
        var text = ""
        fileprivate var activity: UInt64
    }

    /// What a session takes besides its texts, in bytes.
    fileprivate static let overhead = 512

    private let limits: Limits
    private(set) var sessions: [[UInt8]: Session] = [:]
    /// By the entry that will follow.
    private(set) var answers: [AnswerKey: Answer] = [:]
    private var activity: UInt64 = 0
    private(set) var size = 0

    init(limits: Limits = Limits()) { self.limits = limits }

    mutating func entry(_ id: [UInt8], _ entry: Entry, of session: [UInt8], in workspace: Int) {
        answers[AnswerKey(workspace: workspace, id: id)] = nil
        change(session) { session in
            session.size += entry.line.count - (session.entries[workspace]?.line.count ?? 0)
            session.entries[workspace] = entry
        }
    }

    /// - Parameters:
    ///   - event: a message, as it stands in its event.
    ///   - isCustomer: whether the customer has sent it.
    mutating func message(_ event: [UInt8], isCustomer: Bool, of session: [UInt8]) {
        let limits = limits
        change(session) { session in
            session.messages.append(event)
            session.size += event.count
            session.size -= session.unanswered?.count ?? 0
            session.unanswered = isCustomer ? session.unanswered ?? event : nil
            session.size += session.unanswered?.count ?? 0
            session.trim(to: limits.messages, bytes: limits.bytes / 2)
        }
    }

    /// A question is under way.
    mutating func asked(_ id: [UInt8], of session: [UInt8], in workspace: Int) {
        activity += 1
        let key = AnswerKey(workspace: workspace, id: id)
        answers[key] = answers[key] ?? Answer(session: session, activity: activity)
        forgetAnswers()
    }

    /// A piece of an answer has come. One whose beginning wasn't seen isn't kept.
    mutating func token(_ text: String, index: Int, of id: [UInt8], session: [UInt8], in workspace: Int) {
        activity += 1
        let key = AnswerKey(workspace: workspace, id: id)
        if index == 0 { answers[key] = Answer(session: session, activity: activity) }
        guard var answer = answers[key], answer.pieces == index, answer.text.utf8.count + text.utf8.count <= limits.text
        else { return }
        answers[key] = nil
        answer.text += text
        answer.pieces += 1
        answer.activity = activity
        answers[key] = answer
        forgetAnswers()
    }

    /// A workspace has begun anew, or was left for a while: nothing is known of its answers under way.
    mutating func forgetAnswers(of workspace: Int) { answers = answers.filter { $0.key.workspace != workspace } }

    /// A workspace has begun anew.
    mutating func forget(_ workspace: Int) {
        forgetAnswers(of: workspace)
        for session in sessions.keys {
            change(session, isActivity: false) { session in
                session.size -= session.entries.removeValue(forKey: workspace)?.line.count ?? 0
            }
        }
    }

    /// Session ids, the one in which something has happened last first.
    var newestFirst: [[UInt8]] { sessions.sorted { $0.value.activity > $1.value.activity }.map(\.key) }

    // MARK: Limits

    private mutating func change(
        _ name: [UInt8], isActivity: Bool = true, mayForget: Bool = true, _ body: (inout Session) -> Void
    ) {
        var session = sessions.removeValue(forKey: name) ?? Session()
        let before = session.activity == 0 ? 0 : session.size
        body(&session)
        if isActivity {
            activity += 1
            session.activity = activity
        }
        size += session.size - before
        sessions[name] = session
        if mayForget, sessions.count > limits.sessions || size > limits.bytes { forgetSessions() }
    }

    /// Seldom, and a tenth at a time. Messages go first.
    private mutating func forgetSessions() {
        let (oldestFirst, few) = (newestFirst.reversed(), limits.fewMessages)
        for name in oldestFirst where size > limits.bytes / 10 * 9 {
            change(name, isActivity: false, mayForget: false) { $0.trim(to: few, bytes: .max) }
        }
        for name in oldestFirst {
            guard sessions.count > limits.sessions * 9 / 10 || size > limits.bytes / 10 * 9, sessions.count > 1 else {
                return
            }
            size -= sessions.removeValue(forKey: name)?.size ?? 0
        }
    }

    private mutating func forgetAnswers() {
        guard answers.count > limits.answers else { return }
        let oldest = answers.sorted { $0.value.activity < $1.value.activity }.prefix(limits.answers / 10 + 1)
        for (key, _) in oldest { answers[key] = nil }
    }
}
