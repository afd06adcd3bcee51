/// From a script to a response.

/// Does the steps of one answer, streamed or in one piece.
struct ScriptPlayer {
    private let lines: ChatLines
    private let isStreamed: Bool
    private var response: StubResponse
    private var interval: Duration?
    /// What an answer in one piece has so far.
    private var content = ""
    private var thinking = ""

    private static let streamed = ["Content-Type": "application/x-ndjson"]
    private static let whole = ["Content-Type": "application/json; charset=utf-8"]

    init(model: String, isStreamed: Bool, response: StubResponse) {
        lines = ChatLines(model: model)
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
            try await finish(
                lines.done(
                    content: isStreamed ? "" : content, thinking: isStreamed ? "" : thinking, reason: reason,
                    promptTokens: promptTokens, completionTokens: completionTokens))
        case .errorLine(let message):
            if response.hasBegun {
                try await finish(ChatLines.error(message))
            } else {
                try await response.send(500, ChatLines.error(message), headers: Self.whole)
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

    /// The status line goes out with the first line, not before.
    private mutating func begin() async throws {
        guard !response.hasBegun else { return }
        try await response.begin(200, headers: isStreamed ? Self.streamed : Self.whole)
    }

    private mutating func write(_ line: String) async throws {
        try await begin()
        try await response.write(Array((line + "\n").utf8))
    }

    /// Ends the body, after a last line where there is one.
    private mutating func finish(_ line: String) async throws {
        try await begin()
        try await response.end(after: line.isEmpty ? [] : Array((line + "\n").utf8))
    }
}
