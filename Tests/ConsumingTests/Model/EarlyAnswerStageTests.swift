/// Windows that have had an early answer, or are about to.
import AnsweringRig
import OllamaStub
import Records
import Storage
import StorageRig
import Streaming
import Testing
import TestSupport

@testable import Answering
@testable import Consuming
@testable import Outbox

@Suite("The model stage and early answers", .timeLimit(.minutes(5)))
struct EarlyAnswerStageTests: StoreSuite {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    // Made anew each time: they come out when they are made.
    private static var early: PendingWindow { .of("A", 1, .turn, of: 1, by: .customer, saying: "x") }
    private static var close: PendingWindow { .of("A", 1, revision: 2, of: 1, by: .customer, saying: "x") }

    // MARK: Taken over

    @Test("A window that closes with nothing new has its early answer, at once and without a question")
    func takenOver() async throws {
        let responder = ScriptedResponder()
        let bench = try StageBench(responder)
        try await bench.run { output in
            bench.submit([Self.early])
            let early = try await output.entries(1)[0]
            bench.submit([Self.close])
            let close = try await output.entries(1)[0]
            #expect(close.response == early.response)
            #expect(close.result.trigger == .window)
            #expect(close.timing == Timing())
            #expect(responder.asked.count == 1)
        }
    }

    @Test("So it does after a restart")
    func takenOverLater() async throws {
        for (number, (window, asked)) in [(Self.early, 1), (Self.close, 0)].enumerated() {
            let store = try open()
            let responder = ScriptedResponder()
            let bench = try StageBench(responder, store: store)
            try await bench.run { output in
                await bench.workspace.submit(Outcome(windows: [window]))
                let entry = try await output.entries(1)[0]
                #expect(entry.response.text == "Re: x")
                #expect(entry.result.revision == number + 1)
                #expect(responder.asked.count == asked)
            }
            store.close()
        }
    }

    @Test("Where the customer doesn't wait for an answer, nobody is asked, and the entry says so")
    func notAsked() async throws {
        let responder = ScriptedResponder()
        let bench = try StageBench(responder, condition: .whenCustomerWaits)
        try await bench.run { output in
            bench.submit([
                .of("A", 1, of: 1, by: .rm, saying: "Good-bye."), .of("A", 2, of: 1, by: .customer, saying: "Hello?"),
            ])
            let entries = try await output.entries(2)
            #expect(entries.map(\.response.status) == [.none, .generated])
            #expect(entries[0].response.reason?.contains("the RM spoke last") == true)
            // What wasn't asked about was said all the same.
            #expect(responder.asked.all.map { $0.history.map(\.text) } == [["Good-bye."]])
        }
    }

    // MARK: Ahead of time

    @Test("What is asked ahead of time is kept back until its window comes out, and then goes out at once")
    func keptBack() async throws {
        let responder = ScriptedResponder()
        let bench = try StageBench(responder, concurrency: 2)
        try await bench.run { output in
            bench.expect(.expected(Self.early.result), behind: 0)
            try await responder.asked.first(1)
            // Whatever goes out in the meantime, nothing of this answer does.
            bench.submit([.of("B", 1)])
            var heard: [Substring] = []
            let other = try await output.entries(1) { heard.append($0) }
            #expect(other.map(\.result.sessionID) == ["B"])
            #expect(Set(heard) == ["B"])
            bench.submit([Self.early])
            heard = []
            let entry = try await output.entries(1) { heard.append($0) }[0]
            #expect(entry.id == Self.early.entry(response: .none).id)
            #expect(entry.response.text == "Re: x")
            #expect(entry.timing.queued == 0)
            #expect(Set(heard) == ["A"])
            #expect(responder.askedTexts == ["x", "B1"])
        }
    }

    @Test("What has been written when the window comes out goes out first, and then the rest")
    func halfWritten() async throws {
        let rest = Gate()
        let behaviour = Behaviour.answering(.token("Let"), .token(" me"), .wait(rest), .token(" see."), .done())
        try await withRig(behaviour) { rig in
            let bench = try StageBench(rig.server())
            try await bench.run { output in
                bench.expect(.expected(Self.early.result), behind: 0)
                try await rig.stub.chats.first(1)
                bench.submit([Self.early])
                var pieces = ""
                var entry: WorkspaceEntry?
                while entry == nil {
                    switch try await output.next() {
                    case .token(_, let payload):
                        pieces += payload["token"]?.string ?? ""
                        if pieces == "Let me" { rest.open() }
                    case .entry(let one): entry = one
                    case .asked, .complete: break
                    }
                }
                #expect(pieces == "Let me see.")
                #expect(entry?.response.text == "Let me see.")
                #expect(rig.stub.chats.count == 1)
            }
        }
    }

    @Test("Somebody has spoken: the request is withdrawn, and nothing of it is seen")
    func withdrawn() async throws {
        let silence = Gate()
        let behaviour = Behaviour {
            $0.number == 1 ? [.token("Let"), .wait(silence)] : [.token("Good."), .done()]
        }
        try await withRig(behaviour) { rig in
            let bench = try StageBench(rig.server())
            try await bench.run { output in
                bench.expect(.expected(Self.early.result), behind: 0)
                try await rig.stub.chats.first(1)
                bench.expect(.withdrawn(Self.early.session), behind: 0)
                try await rig.stub.abandoned.first(1)
                bench.submit([Self.early])
                var heard = 0
                let entries = try await output.entries(1) { _ in heard += 1 }
                #expect(entries.map(\.response.text) == ["Good."])
                #expect(heard == 1)
            }
        }
    }

    // MARK: Questions under way

    @Test("That a question is under way is said before anything of its answer, with how many windows wait")
    func asked() async throws {
        let held = Gate()
        let responder = ScriptedResponder(waiting: ["A1": held])
        let bench = try StageBench(responder, concurrency: 1)
        try await bench.run { output in
            await bench.workspace.submit(Outcome(windows: [.of("A", 1)]))
            guard case .asked(let topic, let payload) = try await output.next() else {
                Issue.record("nothing was said")
                return
            }
            #expect(topic == "asked/A")
            #expect(payload["id"] == .text(PendingWindow.of("A", 1).entry(response: .none).id))
            #expect(payload["session_id"] == .text("A"))
            #expect(payload["waiting"] == 0)
            // More come, and that is said again.
            await bench.workspace.submit(Outcome(windows: [.of("B", 1), .of("C", 1)]))
            var waiting = payload["waiting"]
            while waiting != 2, case .asked(_, let next) = try await output.next() { waiting = next["waiting"] }
            #expect(waiting == 2)
            held.open()
            _ = try await output.entries(3)
        }
    }
}
