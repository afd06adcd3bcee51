/// What came of a round.

/// Its numbers, and what was wrong.
struct Report: Sendable, CustomStringConvertible {
    /// Deaths by `kill -9`, whoever sent it.
    var kills = 0
    /// Other faults: stops, cuts, full disks.
    var others = 0
    /// Connections that were cut.
    var cuts = 0
    var entries = 0
    var setAside = 0
    /// Feedback that was accepted.
    var feedback = 0
    /// Records of a hostile publisher's streams.
    var ofStrangers = 0
    /// What hostile peers did: messages and answers of a publisher, and bytes of a subscriber.
    var lies = 0
    var floods = 0
    var problems: [String] = []

    var description: String {
        "\(kills) kills, \(others) other faults (\(cuts) connections cut), \(entries) entries, "
            + "\(setAside) late or rejected, \(feedback) feedback, \(lies > 0 ? "\(ofStrangers) of strangers (\(lies) lies, \(floods >> 10) KB of floods), " : "")\(problems.isEmpty ? "as without faults" : "\(problems.count) PROBLEMS")"
    }

    static func += (sum: inout Report, more: Report) {
        sum.kills += more.kills
        sum.others += more.others
        sum.cuts += more.cuts
        sum.entries += more.entries
        sum.setAside += more.setAside
        sum.feedback += more.feedback
        sum.ofStrangers += more.ofStrangers
        sum.lies += more.lies
        sum.floods += more.floods
        sum.problems += more.problems
    }
}
