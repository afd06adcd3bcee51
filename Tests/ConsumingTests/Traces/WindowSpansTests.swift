/// What is told of a window.
import Chat
import Records
import Testing
import Traces

@testable import Consuming
@testable import Storage

@Suite("A window's spans", .timeLimit(.minutes(1)))
struct WindowSpansTests {
    private let cameOut = Moment.now
    private static let wall = Timestamp(milliseconds: 1_800_000_000_000)

    private func trace(asked: Duration, attempts: [Attempt] = [], hidesSession: Bool = false) -> EntryTrace {
        let window = PendingWindow.of("A", 1)
        let trace = EntryTrace(
            window.entry(response: .none), cameOut: cameOut, asked: cameOut + asked, attempts: attempts,
            hidesSession: hidesSession)
        trace.committed(from: cameOut + .milliseconds(70), to: cameOut + .milliseconds(90))
        return trace
    }

    /// Name, start and end in milliseconds before it was published, which was 100 ms behind its coming out.
    private func steps(_ trace: EntryTrace) -> [String] {
        WindowSpans.spans(
            of: trace, published: cameOut + .milliseconds(100), wallClock: Self.wall
        ).map {
            "\($0.name) \(Self.wall.milliseconds - Int64($0.start / 1_000_000)) \(Self.wall.milliseconds - Int64($0.end / 1_000_000))"
        }
    }

    @Test("each step has its time, one that was asked ahead as well")
    func steps() {
        #expect(
            steps(trace(asked: .milliseconds(20))) == ["window 100 0", "queue 100 80", "commit 30 10", "publish 10 0"])
        #expect(steps(trace(asked: .milliseconds(-50))) == ["window 150 0", "commit 30 10", "publish 10 0"])
    }

    @Test("an entry has the same trace each time, and its steps have ids of their own")
    func ids() {
        let spans = WindowSpans.spans(of: trace(asked: .zero, hidesSession: true))
        #expect(Set(spans.map(\.id)).count == spans.count)
        #expect(Set(spans.map(\.trace)).count == 1)
        #expect(spans.dropFirst().allSatisfy { $0.parent == spans[0].id } && spans[0].parent == nil)
        #expect(WindowSpans.spans(of: trace(asked: .zero, hidesSession: true)).map(\.id) == spans.map(\.id))
        #expect(
            !spans[0].attributes.contains { key, value in
                value != nil && (key == "session.id" || key.hasSuffix("entry.id"))
            })
    }

    @Test("an attempt that failed is one, and says as what")
    func attempts() throws {
        let attempt = Attempt(
            server: "http://127.0.0.1:11434", provider: "ollama", wanted: "quen:32b", began: .now, duration: .zero,
            failure: "unreachable")
        let spans = WindowSpans.spans(of: trace(asked: .zero, attempts: [attempt]))
        let chat = try #require(spans.first { $0.name == "chat quen:32b" })
        #expect(chat.isFailed && chat.kind == .client)
        let said = chat.attributes.compactMap { key, value in value.map { "\(key) \($0)" } }
        #expect(said.contains(#"error.type text("unreachable")"#))
        #expect(said.contains("server.port count(11434)"))
    }
}
