/// Why an answer has ended, in any server's word.

enum StopReason: Hashable, Sendable {
    /// The model had said all.
    case complete
    /// There was no room for more.
    case length
    /// For another reason: what there is of it isn't an answer.
    case other(ServerText)

    /// - Parameter word: as servers send it, in any case and with whatever stands between its parts.
    init(_ word: String) {
        // No word for the end is that long.
        guard word.utf8.count <= 64 else {
            self = .other(ServerText(word))
            return
        }
        let plain = word.lowercased().filter { $0.isLetter || $0.isNumber }
        if Self.completeWords.contains(plain) {
            self = .complete
        } else if Self.lengthWords.contains(plain) {
            self = .length
        } else {
            self = .other(ServerText(word))
        }
    }

    private static let completeWords: Set<String> = [
        "stop", "stopped", "stopsequence", "stopstr", "stoptoken", "stopword", "end", "ended", "endturn", "endofturn",
        "endoftext", "endofsequence", "eos", "eostoken", "eot", "eom", "complete", "completed", "finish", "finished",
        "done",
        "eosid", "eostokenid", "stoptokenid", "stoppedword", "stoppedeos", "eog", "imend",
        "success", "succeeded", "normal", "ok", "matchedstop", "finishreasonstop",
    ]

    private static let lengthWords: Set<String> = [
        "length", "lengthlimit", "maxlength", "maxtokens", "maxoutputtokens", "maxnewtokens", "maxcompletiontokens",
        "limit",
        "tokenlimit", "numpredict", "stoppedlimit", "modellength", "finishreasonmaxtokens", "finishreasonlength",
    ]
}
