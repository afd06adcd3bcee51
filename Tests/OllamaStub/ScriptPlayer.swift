/// From a script to a response.

/// Does the steps of one answer, streamed or in one piece.
struct ScriptPlayer {
    private let lines: any ChatLines
    private let isStreamed: Bool
    private var response: StubResponse
    private var interval: Duration?
    /// What an answer in one piece has so far.
    private var content = ""
    private var thinking = ""

    private static let whole = ["Content-Type": "application/json; charset=utf-8"]

    init(lines: any ChatLines, isStreamed: Bool, response: StubResponse) {
        self.lines = lines
        self.isStreamed = isStreamed
        self.response = response
    }

    /// - Throws: when the client has hung up.
    mutating func play(_ steps: [Step]) async throws {
        for step in steps {
            try Task.checkCancellation()
            if try await play(step) { return }
        }
        try Task.checkCancellation()
        try await finish("")
    }

    /// Does a step. Returns whether it was the last.
    private mutating func play(_ step: Step) async throws -> Bool {
        switch step {
        case .status(let status, let body, let headers): try await response.send(status, body, headers: headers)
        case .error(let status, let message): try await refuse(status, message)
        case .token(let text):
            if let interval { try await Task.sleep(for: interval) }
            content += text
            if isStreamed { try await write(lines.token(text)) }
            return false
        case .thinking(let text):
            thinking += text
            if isStreamed { try await write(lines.thinking(text)) }
            return false
        case .done(let reason, let promptTokens, let completionTokens):
            let end = ChatEnd(reason: reason, promptTokens: promptTokens, completionTokens: completionTokens)
            try await finish(isStreamed ? lines.done(end) : lines.whole(content: content, thinking: thinking, end))
        case .errorLine(let message):
            if response.hasBegun {
                try await finish(lines.errorLine(message))
            } else {
                try await refuse(500, message)
            }
        case .raw(let bytes):
            try await begin()
            try await response.write(bytes)
            return false
        case .wait(let gate):
            await gate.wait()
            return false
        case .open(let gate):
            gate.open()
            return false
        case .drip(let interval):
            self.interval = interval
            return false
        case .close: try await finish("")
        case .reset: try await response.reset()
        }
        return true
    }

    private mutating func refuse(_ status: Int, _ message: String) async throws {
        try await response.send(status, lines.refusal(status, message), headers: Self.whole)
    }

    /// The status line goes out with the first line, not before.
    private mutating func begin() async throws {
        guard !response.hasBegun else { return }
        try await response.begin(200, headers: isStreamed ? ["Content-Type": lines.streamedType] : Self.whole)
    }

    private mutating func write(_ piece: String) async throws {
        try await begin()
        try await response.write(Array(piece.utf8))
    }

    /// Ends the body, after a last piece where there is one.
    private mutating func finish(_ piece: String) async throws {
        try await begin()
        try await response.end(after: Array(piece.utf8))
    }
}
