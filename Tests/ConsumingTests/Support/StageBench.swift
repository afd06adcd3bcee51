/// A model stage between a test and its output.
import OllamaStub
import Records
import Streaming
import TestSupport
import Threads

@testable import Answering
@testable import Consuming
@testable import Outbox
@testable import Storage

/// A model stage with a workspace of its own, whose output a test reads.
struct StageBench: Sendable {
    let output: BoundedQueue<OutputItem>
    let workspace: Workspace
    let stage: ModelStage
    private let committing: CommitService
    private let backlog: Backlog

    /// - Parameter store: where windows and entries are kept; nil: nowhere.
    init(
        _ responder: any Responder, concurrency: Int = 2, history: Int = 20,
        backlog policy: AnswerOrder.Policy = .queue, condition: AnswerCondition = .always, store: Store? = nil
    ) throws {
        let outlets = try Self.outlets(store)
        (output, backlog) = (outlets.output, outlets.backlog)
        let commits = BoundedQueue<Commit>(limit: .max, wakeup: try Wakeup())
        let logger = LogCapture().logger
        committing = CommitService(queue: commits, store: store, outlets: outlets, logger: logger)
        var options = Self.options
        (options.concurrency, options.history, options.backlogPolicy) = (concurrency, history, policy)
        options.answerCondition = condition
        options.policy.turnSilence = 2000
        if store != nil { options.stateDirectory = "somewhere" }
        var recovered = Recovered(Pipeline(policy: options.policy, endpoints: [], logger: logger))
        recovered.nextRecord = try store?.recovery().nextRecord ?? 1
        workspace = Workspace(options, commits: commits, outlets: outlets, from: recovered)
        stage = ModelStage(options, responder: responder, workspace: workspace, backlog: backlog)
    }

    /// Settings with a model, and neither sockets nor a store.
    static let options = ConsumerOptions(
        inputEndpoints: [], outputEndpoint: "", outputReplayEndpoint: "",
        policy: WindowPolicy(.tumbling(size: 30_000)),
        idleTimeout: .seconds(30), stateDirectory: nil, synchronous: .full, retention: 0, start: .beginning,
        exitOnEnd: false, linger: .zero, console: .none, responder: .ollama,
        model: ModelOptions(servers: [], model: "qwen:32b"), concurrency: 2, history: 20)

    /// Outlets that take everything.
    static func outlets(_ store: Store? = nil) throws -> CommitService.Outlets {
        CommitService.Outlets(
            output: BoundedQueue(limit: .max, wakeup: try Wakeup()), console: nil,
            backlog: try Backlog(store: store),
            acknowledgements: BoundedQueue(limit: .max, wakeup: try Wakeup()),
            completion: BoundedQueue(limit: .max, wakeup: try Wakeup()))
    }

    /// Windows come to the stage.
    func submit(_ windows: [PendingWindow]) { backlog.add(windows) }

    /// Something has changed about early results that are about to come out, behind so many windows.
    func expect(_ changes: UpcomingTurns.Change..., behind windows: Int) { backlog.expect(changes, behind: windows) }

    /// Runs the stage while `body` reads what comes out.
    func run(_ body: (inout OutputReader) async throws -> Void) async throws {
        let committer = Task { [committing] in try await committing.run() }
        let running = Task { [stage] in try await stage.run() }
        defer {
            running.cancel()
            committer.cancel()
        }
        var reader = OutputReader(output)
        try await body(&reader)
        running.cancel()
        try await running.value
        committer.cancel()
        try await committer.value
    }
}

/// Reads what a workspace puts out, one thing after the other.
struct OutputReader {
    enum Item {
        case entry(WorkspaceEntry)
        case token(topic: String, payload: JSON)
        case asked(topic: String, payload: JSON)
        case complete(Bool)
    }

    private let queue: BoundedQueue<OutputItem>
    private var items: [Item] = []

    init(_ queue: BoundedQueue<OutputItem>) { self.queue = queue }

    /// Waits for the next thing.
    ///
    /// - Throws: `CancellationError` when the task is cancelled before it comes.
    mutating func next() async throws -> Item {
        while items.isEmpty {
            guard let batch = await queue.next() else { throw CancellationError() }
            for item in batch { try append(item) }
        }
        return items.removeFirst()
    }

    private mutating func append(_ item: OutputItem) throws {
        switch item {
        case .records(let block):
            try block.forEach { _, payload in
                if case .entry(let entry) = try WorkspaceRecord(json: Array(payload)) { items.append(.entry(entry)) }
            }
        case .unkept(let topic, let payload):
            let (topic, payload) = (String(decoding: topic, as: UTF8.self), try JSON(payload))
            items.append(
                topic.hasPrefix("asked/")
                    ? .asked(topic: topic, payload: payload) : .token(topic: topic, payload: payload))
        case .complete(let isComplete): items.append(.complete(isComplete))
        case .end: break
        }
    }

    /// Waits for the next entries, passing over everything else.
    ///
    /// - Parameter onToken: called with the session of each piece of an answer on the way.
    mutating func entries(
        _ count: Int, onToken: (Substring) -> Void = { _ in }
    ) async throws -> [WorkspaceEntry] {
        var entries: [WorkspaceEntry] = []
        while entries.count < count {
            switch try await next() {
            case .entry(let entry): entries.append(entry)
            case .token(let topic, _): onToken(topic.dropFirst("token/".count))
            case .complete, .asked: break
            }
        }
        return entries
    }

    /// Waits for the next entries, and returns their answers.
    mutating func texts(_ count: Int) async throws -> [String] {
        try await entries(count).map { $0.response.text ?? "" }
    }
}

extension Workspace {
    /// One for these options that goes on where a process has stopped.
    init(
        _ options: ConsumerOptions, commits: BoundedQueue<Commit>, outlets: CommitService.Outlets,
        from recovered: Recovered
    ) {
        self.init(
            from: recovered.nextRecord, waiting: recovered.pending, inputs: recovered.pipeline.inputs,
            instantAnswer: options.responder.instantAnswer, areKept: options.stateDirectory != nil, commits: commits,
            outlets: outlets)
    }
}
