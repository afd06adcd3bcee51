/// Windows whose server dies, or is dead.
import Answering
import AnsweringRig
import OllamaStub
import StorageRig
import Testing

@Suite("Windows and a server that dies", .timeLimit(.minutes(5)))
struct DyingServerTests {
    @Test("A server that dies leaves its questions to the other: none is lost, and none is answered twice")
    func halfway() async throws {
        try await withHeldPort { port in
            let silence = Gate()
            let dying = try await OllamaStub.start(
                Behaviour { $0.number <= 20 ? [.token("One."), .done()] : [.token("Let me"), .wait(silence)] },
                port: port)
            let living = Behaviour.answering(.token("Two."), .done())
            let adjust: (inout ModelOptions) -> Void = { options in
                options.servers.append(.of(dying.baseURL))
                options.inFlightLimit = 4
            }
            try await withRig(living, adjust: adjust) { rig in
                let bench = try StageBench(rig.server(), concurrency: 8)
                try await bench.run { output in
                    for number in 1...10 { bench.submit((1...20).map { .of("\($0)", number) }) }
                    try await dying.chats.first(24)
                    try await dying.stop()
                    let entries = try await output.entries(200)
                    #expect(Set(entries.map(\.id)).count == 200)
                    #expect(entries.allSatisfy { $0.response.status == .generated })
                    for (_, own) in Dictionary(grouping: entries, by: \.result.sessionID) {
                        #expect(own.map(\.result.window.start) == own.map(\.result.window.start).sorted())
                    }
                }
            }
        }
    }

    @Test("A thousand windows for a dead server get their labelled replies without being held up")
    func deadServer() async throws {
        try await withHeldPort { port in
            try await withRig(adjust: { $0.servers = [.of("http://127.0.0.1:\(port)")] }) { rig in
                let bench = try StageBench(rig.server(), concurrency: 1)
                try await bench.run { output in
                    bench.submit((1...1000).map { .of("\($0)", 1) })
                    let entries = try await output.entries(1000)
                    #expect(entries.allSatisfy { $0.response.status == .fallback })
                    // They came together: the last one has waited for all of them.
                    #expect((entries.map(\.timing.total).max() ?? .max) < 5000)
                }
            }
        }
    }
}
