/// Which server a session is at home on.
import Testing

@testable import Answering

@Suite("A session's server", .timeLimit(.minutes(5)))
struct AffinityTests {
    private let start = ContinuousClock.now
    private let sessions = (1...1000).compactMap { Affinity(sessionID: "session-\($0)") }

    /// The server that a session's question is put to, while nobody asks anything else.
    private func server(_ affinity: Affinity, in pool: inout ServerPool, without tried: Set<Int> = []) -> Int? {
        guard case .ask(let ticket) = pool.choose(for: affinity, without: tried, at: start) else { return nil }
        pool.succeeded(ticket)
        return ticket.server
    }

    @Test("A session goes to the same server each time, whatever others have asked in between")
    func same() {
        var pool = ServerPool(count: 3, limit: 2)
        let first = sessions.map { server($0, in: &pool) }
        let again = sessions.reversed().map { server($0, in: &pool) }
        #expect(first == again.reversed())
        var other = ServerPool(count: 3, limit: 1)
        #expect(sessions.map { server($0, in: &other) } == first)
    }

    @Test("Sessions are shared out evenly")
    func evenly() {
        var pool = ServerPool(count: 4, limit: 1)
        let counts = Dictionary(grouping: sessions.map { server($0, in: &pool) }) { $0 }.mapValues(\.count)
        #expect(counts.count == 4)
        #expect(counts.values.allSatisfy { 200...300 ~= $0 }, "\(counts)")
    }

    @Test("Where a server isn't asked, its sessions move, and no others")
    func moving() {
        var pool = ServerPool(count: 4, limit: 1)
        var moved: Set<Int?> = []
        for session in sessions {
            let home = server(session, in: &pool)
            let away = server(session, in: &pool, without: [2])
            if home == 2 { moved.insert(away) } else { #expect(away == home) }
        }
        #expect(moved == [0, 1, 3])
    }

    @Test("A busier server isn't asked, even if the session is at home there")
    func busy() throws {
        for session in sessions.prefix(20) {
            var pool = ServerPool(count: 2, limit: 2)
            let home = try #require(server(session, in: &pool))
            let choices = (1...4).map { _ in pool.choose(for: session, without: [], at: start) }
            let servers = choices.map { choice in if case .ask(let ticket) = choice { ticket.server } else { -1 } }
            #expect(servers == [home, 1 - home, home, 1 - home])
        }
    }

    @Test("Without a session there is no home")
    func nobody() { #expect(Affinity(sessionID: "") == nil) }
}
