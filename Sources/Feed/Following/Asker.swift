/// Who has been asked what, for one replay endpoint.

/// One question at a time, its deadline, and how long to wait for the next answer. Pure; the caller has the clock and the
/// socket.
struct Asker {
    /// The most bytes of records asked for at once.
    static let budget: UInt64 = 1 << 20
    /// After this long without an answer the question is asked again; doubled each time, up to ``longestPatience``, so
    /// that a publisher that was stopped for a minute doesn't find a hundred copies of it.
    static let patience = Duration.seconds(2)
    static let longestPatience = Duration.seconds(10)
    /// A question that can't be sent (nobody is connected yet) is tried again after this, doubled up to ``longestRetry``.
    static let retry = Duration.milliseconds(20)
    static let longestRetry = Duration.milliseconds(500)

    /// After so long without an answer, however often it was asked, it is said that there is none.
    static let silence = Duration.seconds(15)

    struct Question: Hashable {
        let stream: String
        let from: UInt64
    }

    let address: String
    private(set) var question: Question?
    private(set) var deadline: ContinuousClock.Instant
    private(set) var lastUsed: ContinuousClock.Instant
    private var asked: ContinuousClock.Instant
    /// Since when no question has been answered.
    private var unansweredSince: ContinuousClock.Instant?
    private var patience = Asker.patience
    private var retry = Asker.retry

    init(_ address: String, now: ContinuousClock.Instant) {
        self.address = address
        deadline = now
        (lastUsed, asked) = (now, now)
    }

    /// A question goes out.
    mutating func ask(_ stream: String, from sequence: UInt64, now: ContinuousClock.Instant) {
        question = Question(stream: stream, from: sequence)
        (lastUsed, asked) = (now, now)
        unansweredSince = unansweredSince ?? now
        deadline = now + patience
        patience = min(patience * 2, Self.longestPatience)
    }

    /// The question couldn't be sent.
    mutating func couldNotSend(now: ContinuousClock.Instant) {
        guard question != nil else { return }
        patience = Self.patience
        deadline = now + retry
        retry = min(retry * 2, Self.longestRetry)
    }

    /// The publisher has been heard: if it has had a question for ``patience``, it won't answer it any more (it was sent to
    /// the process before it), and there is no reason for waiting longer.
    mutating func heard(now: ContinuousClock.Instant) {
        guard question != nil, now - asked >= Self.patience else { return }
        deadline = now
        patience = Self.patience
    }

    /// Something else was sent.
    mutating func use(now: ContinuousClock.Instant) { lastUsed = now }

    /// Whether an answer is one to the question that is out: of that stream and, where it has records, from the number that
    /// was asked for. Late answers to questions that were asked again aren't, nor is what nobody has asked for.
    mutating func accepts(_ answer: ReplayAnswer) -> Bool {
        guard let question, question.stream == answer.stream else { return false }
        if case .batch(_, let first, _, _) = answer, first != question.from { return false }
        self.question = nil
        unansweredSince = nil
        patience = Self.patience
        retry = Self.retry
        return true
    }

    /// The question that is out won't be answered.
    ///
    /// - Returns: its stream.
    mutating func forgetQuestion() -> String? {
        defer { (question, unansweredSince) = (nil, nil) }
        (patience, retry) = (Self.patience, Self.retry)
        return question?.stream
    }

    /// Gives up on the question that is out when it has waited too long.
    ///
    /// - Returns: its stream.
    mutating func timeOut(now: ContinuousClock.Instant) -> String? {
        guard let question, deadline <= now else { return nil }
        self.question = nil
        return question.stream
    }

    /// Whether nobody answers, and hasn't for a while.
    func isSilent(_ now: ContinuousClock.Instant) -> Bool {
        unansweredSince.map { now - $0 >= Self.silence } ?? false
    }
}
