/// From closed windows to entries.
import AnsweringRig
import OllamaStub
import Records
import StorageRig
import Testing

@testable import Answering
@testable import Consuming
@testable import Outbox

@Suite("The model stage", .timeLimit(.minutes(5)))
struct ModelStageTests {
    @Test("Entries of a session come in window order, while other sessions go on")
    func order() async throws {
        let held = Gate()
        let responder = ScriptedResponder(waiting: ["A1": held])
        let bench = try StageBench(responder)
        try await bench.run { output in
            bench.submit([.of("A", 1), .of("A", 2), .of("B", 1), .of("B", 2)])
            let others = try await output.texts(2)
            #expect(others == ["Re: B1", "Re: B2"])
            #expect(!responder.askedTexts.contains("A2"))
            held.open()
            let own = try await output.texts(2)
            #expect(own == ["Re: A1", "Re: A2"])
        }
    }

    @Test("No more questions are asked at a time than allowed")
    func concurrency() async throws {
        let (one, two) = (Gate(), Gate())
        let responder = ScriptedResponder(waiting: ["A1": one, "B1": two, "C1": two])
        let bench = try StageBench(responder, concurrency: 2)
        try await bench.run { output in
            bench.submit([.of("A", 1), .of("B", 1), .of("C", 1)])
            try await responder.asked.first(2)
            #expect(responder.askedTexts.sorted() == ["A1", "B1"])
            one.open()
            try await responder.asked.first(3)
            #expect(responder.askedTexts.last == "C1")
            two.open()
            _ = try await output.entries(3)
        }
    }

    @Test("An entry holds its window, its messages and its answer")
    func entry() async throws {
        let bench = try StageBench(ScriptedResponder())
        try await bench.run { output in
            bench.submit([.of("A", 2)])
            let entry = try await output.entries(1)[0]
            #expect(entry.id == "test/A/60000-90000/1")
            #expect(entry.result.sessionID == "A")
            #expect(entry.result.conversation.messages.map(\.text) == ["A2"])
            #expect(entry.response.status == Response.Status.generated)
            #expect(entry.response.model == "parrot")
            #expect(entry.timing.firstToken == 0)
            #expect(entry.timing.tokensPerSecond == 4.5)
            #expect(entry.timing.total >= entry.timing.queued)
        }
        let counts = await bench.workspace.counts
        #expect(counts.generated == 1)
    }

    @Test("The pieces of an answer come before its entry, numbered, under the entry's id")
    func tokens() async throws {
        let bench = try StageBench(ScriptedResponder())
        try await bench.run { output in
            bench.submit([.of("A", 1)])
            var pieces: [JSON] = []
            var entryID: String?
            while entryID == nil {
                switch try await output.next() {
                case .token(let topic, let payload):
                    #expect(topic == "token/A")
                    pieces.append(payload)
                case .entry(let entry): entryID = entry.id
                case .complete, .asked: break
                }
            }
            let id = JSON.text(entryID ?? "")
            let expected: [JSON] = [
                ["id": id, "session_id": "A", "index": 0, "token": "Re: "],
                ["id": id, "session_id": "A", "index": 1, "token": "A1"],
            ]
            #expect(pieces == expected)
        }
    }

    @Test("A question holds the session's earlier messages, and nobody else's")
    func history() async throws {
        let responder = ScriptedResponder()
        let bench = try StageBench(responder)
        try await bench.run { output in
            bench.submit([.of("A", 1), .of("B", 1), .of("A", 2), .of("A", 3)])
            _ = try await output.entries(4)
            let last = responder.asked.all.last { $0.conversation.messages.last?.text == "A3" }
            let question = try #require(last)
            #expect(question.conversation.messages.map(\.text) == ["A3"])
            #expect(question.history.map(\.text) == ["A1", "A2"])
            #expect(question.sessionID == "A")
            #expect(
                question.prompt(StageBench.options.model).text.contains("Customer: A1\nCustomer: A2\nCustomer: A3\n"))
        }
    }

    @Test("With a history of nothing, a question holds its own window alone")
    func noHistory() async throws {
        let responder = ScriptedResponder()
        let bench = try StageBench(responder, history: 0)
        try await bench.run { output in
            bench.submit([.of("A", 1), .of("A", 2)])
            _ = try await output.entries(2)
            for question in responder.asked.all {
                #expect(question.history.isEmpty)
            }
            #expect(responder.askedTexts == ["A1", "A2"])
        }
    }

    @Test("Without a model every window gets a labelled reply")
    func fallback() async throws {
        let bench = try StageBench(InstantResponder(answer: .canned))
        try await bench.run { output in
            bench.submit([.of("A", 1), .of("B", 1)])
            for entry in try await output.entries(2) {
                #expect(entry.response.status == Response.Status.fallback)
                #expect(entry.response.reason?.isEmpty == false)
                #expect(entry.response.text == CannedReply.reply(to: entry.result.conversation))
            }
        }
        let counts = await bench.workspace.counts
        #expect(counts.fallback == 2)
    }

    @Test("Everything is out only after the last entry")
    func completeness() async throws {
        let held = Gate()
        let bench = try StageBench(ScriptedResponder(waiting: ["B1": held]))
        try await bench.run { output in
            await bench.workspace.submit(
                Outcome(windows: [.of("A", 1), .of("B", 1)], inputs: .init(haveEnded: true, areHeard: true)))
            var order: [String] = []
            while order.last != "complete" {
                switch try await output.next() {
                case .entry(let entry):
                    order.append(entry.result.sessionID)
                    held.open()
                case .complete(let isComplete): order.append(isComplete ? "complete" : "incomplete")
                case .token, .asked: break
                }
            }
            #expect(order == ["A", "B", "complete"])
        }
    }

    @Test("An answer that is cut off by the daemon's own end is no entry")
    func stopping() async throws {
        let silence = Gate()
        let responder = ScriptedResponder(waiting: ["A1": silence])
        let bench = try StageBench(responder)
        try await bench.run { _ in
            bench.submit([.of("A", 1), .of("A", 2)])
            try await responder.asked.first(1)
        }
        let records = bench.output.takeAll().filter { item in
            if case .records = item { return true }
            return false
        }
        #expect(records.isEmpty)
        #expect(responder.askedTexts == ["A1"])
    }

    // MARK: Only the latest

    @Test("Where only the latest is wanted, older windows are answered at once, without the model, and labelled")
    func latest() async throws {
        let held = Gate()
        let responder = ScriptedResponder(waiting: ["A1": held])
        let bench = try StageBench(responder, concurrency: 1, backlog: .latest)
        try await bench.run { output in
            bench.submit([.of("A", 1)])
            try await responder.asked.first(1)
            bench.submit([.of("A", 2), .of("A", 3), .of("A", 4)])
            held.open()
            let entries = try await output.entries(4)
            #expect(entries.map(\.response.status) == [.generated, .superseded, .superseded, .generated])
            #expect(entries.map(\.result.window.start) == entries.map(\.result.window.start).sorted())
            #expect(entries[1].response.text == nil)
            #expect(entries[1].response.reason?.contains("newer window") == true)
            #expect(responder.askedTexts == ["A1", "A4"])
        }
        let counts = await bench.workspace.counts
        #expect(counts.superseded == 2)
    }

    @Test("What was cut off an answer is in none of its pieces, and in the entry as what the model really said")
    func raw() async throws {
        let said = ["\"Thank you. ", "I will look at it. ", "I will look at it. ", "Soon", "est."]
        // The model would go on for ever.
        try await withRig(Behaviour { _ in said.map { .token($0) } + [.wait(Gate())] }) { rig in
            let bench = try StageBench(rig.server())
            try await bench.run { output in
                bench.submit([.of("A", 1)])
                var pieces = ""
                var found: WorkspaceEntry?
                while found == nil {
                    switch try await output.next() {
                    case .token(_, let payload): pieces += payload["token"]?.string ?? ""
                    case .entry(let entry): found = entry
                    case .complete, .asked: break
                    }
                }
                let entry = try #require(found)
                #expect(entry.response.text == "Thank you. I will look at it." && pieces == entry.response.text)
                #expect(entry.response.raw == said.dropLast().joined() && entry.response.trimmed)
                // Nobody knows how many tokens it would have been.
                #expect(entry.timing.firstToken != nil && entry.timing.tokensPerSecond == nil)
            }
        }
    }

    @Test("An early result's answer is cut off when the session has something newer")
    func outdatedEarly() async throws {
        let silence = Gate()
        let behaviour = Behaviour { $0.number == 1 ? [.wait(silence)] : [.token("Good."), .done()] }
        try await withRig(behaviour) { rig in
            let bench = try StageBench(rig.server(), backlog: .latest)
            try await bench.run { output in
                bench.submit([.of("A", 1, .turn)])
                try await rig.stub.chats.first(1)
                bench.submit([.of("A", 1, revision: 2)])
                let entries = try await output.entries(2)
                #expect(entries.map(\.response.status) == [.superseded, .generated])
                #expect(entries.map(\.result.revision) == [1, 2])
                // The server knows, too, that nobody waits any more.
                try await rig.stub.abandoned.first(1)
            }
        }
    }

    @Test("An early result's answer of which something is out is written to its end")
    func begunEarly() async throws {
        let rest = Gate()
        let behaviour = Behaviour {
            $0.number == 1 ? [.token("Let"), .wait(rest), .token(" me."), .done()] : [.token("Good."), .done()]
        }
        try await withRig(behaviour) { rig in
            let bench = try StageBench(rig.server(), backlog: .latest)
            try await bench.run { output in
                bench.submit([.of("A", 1, .turn)])
                while case let item = try await output.next() { if case .token = item { break } }
                bench.submit([.of("A", 1, revision: 2)])
                rest.open()
                let texts = try await output.texts(2)
                #expect(texts == ["Let me.", "Good."])
            }
        }
    }
}
