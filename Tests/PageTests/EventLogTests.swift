/// What tabs are told.
import NIOCore
import Testing

@testable import Page

@Suite("The log of events", .timeLimit(.minutes(1)))
struct EventLogTests {
    /// A log, as a test asks it: what is asked for may close a block.
    private final class Log {
        private var log: EventLog

        init(_ log: EventLog) { self.log = log }

        func place() -> UInt64 { log.place() }
        func place(after numbers: [UInt64]) -> UInt64? { log.place(after: numbers) }
        func read(from place: UInt64) -> EventLog.Reading { log.read(from: place) }
        func begin(_ workspace: Int) { log.begin(workspace) }

        func append(_ name: StaticString, id: String? = nil, _ data: (inout ByteBuffer) -> Void) {
            log.append(name, id: id, data)
        }

        func note(record: UInt64, of workspace: Int) -> String { log.note(record: record, of: workspace) }
    }

    /// Small enough that blocks close and are forgotten.
    private static let limits = EventLog.Limits(bytes: 400, blocks: 100, block: 60)

    private static func log(_ workspaces: Int = 1) -> Log { Log(EventLog(workspaces: workspaces, limits: limits)) }

    private func text(_ reading: EventLog.Reading) -> String {
        guard case .blocks(let blocks, _) = reading else { return "\(reading)" }
        return blocks.map { String(buffer: $0) }.joined()
    }

    private func write(_ records: ClosedRange<UInt64>, to log: Log, of workspace: Int = 0) {
        for record in records {
            let id = log.note(record: record, of: workspace)
            log.append("record", id: id) { $0.writeString("{\"n\":\(record)}") }
        }
    }

    @Test("An event is written as server-sent events have it")
    func form() {
        let log = Self.log()
        write(7...7, to: log)
        log.append("token") { $0.writeString("{}") }
        #expect(text(log.read(from: 0)) == "id: 7\nevent: record\ndata: {\"n\":7}\n\nevent: token\ndata: {}\n\n")
    }

    @Test("Who reads on gets each event once")
    func reading() {
        let log = Self.log()
        var (place, seen) = (log.place(), "")
        for record in 1...50 as ClosedRange<UInt64> {
            write(record...record, to: log)
            guard case .blocks(let blocks, let next) = log.read(from: place) else { break }
            seen += blocks.map { String(buffer: $0) }.joined()
            place = next
        }
        #expect(seen.split(separator: "\n").filter { $0.hasPrefix("id: ") } == (1...50).map { "id: \($0)" })
        #expect(log.read(from: place) == .nothing)
    }

    @Test(
        "Who was given a place reads on from there, whatever was written before and after it", arguments: [0, 1, 2, 5])
    func given(_ before: UInt64) {
        let log = Self.log()
        if before > 0 { write(1...before, to: log) }
        let place = log.place()
        write(before + 1...before + 1, to: log)
        #expect(text(log.read(from: place)).contains("id: \(before + 1)\n"))
        #expect(!text(log.read(from: place)).contains("id: \(before)\n"))
    }

    @Test("Who is too slow is told so, and not given what is left")
    func gone() {
        let log = Self.log()
        let place = log.place()
        write(1...100, to: log)
        #expect(log.read(from: place) == .gone)
        #expect(log.read(from: log.place()) == .nothing)
        // No event begins there.
        #expect(log.read(from: log.place() - 3) == .gone)
        #expect(log.read(from: log.place() + 1) == .gone)
    }

    @Test(
        "Who comes back goes on behind the record that it has",
        arguments: [(1, "1"), (7, "7"), (19, "19"), (20, "20")] as [(UInt64, String)])
    func resuming(_ number: UInt64, _ id: String) throws {
        let log = Log(EventLog(workspaces: 1))
        write(1...20, to: log)
        let numbers = try #require(EventLog.numbers(inID: id[...], workspaces: 1))
        let place = try #require(log.place(after: numbers))
        let rest = text(log.read(from: place))
        for record in number + 1..<21 { #expect(rest.contains("id: \(record)\n")) }
    }

    @Test("What is no longer kept, or was before this program, can't be gone on from")
    func tooOld() {
        let log = Self.log()
        write(5000...5100, to: log)
        #expect(log.place(after: [4000]) == nil)
        #expect(log.place(after: [5001]) == nil)
        #expect(log.place(after: [5100]) == log.place())
        // The server was started anew and isn't as far yet.
        #expect(log.place(after: [9000]) == log.place())
        let fresh = Self.log()
        write(5000...5001, to: fresh)
        #expect(fresh.place(after: [4999]) == 0)
        #expect(fresh.place(after: [4998]) == nil)
    }

    @Test("With several workspaces an id has the number of each")
    func several() throws {
        let log = Log(EventLog(workspaces: 2))
        write(10...10, to: log)
        write(3...3, to: log, of: 1)
        #expect(text(log.read(from: 0)).contains("id: 0:10,1:3\n"))
        #expect(EventLog.numbers(inID: "0:10,1:3", workspaces: 2) == [10, 3])
        let place = log.place(after: [10, 2])
        #expect(place == 0)
        #expect(log.place(after: [10, 3]) == log.place())
    }

    @Test("What isn't an id is none", arguments: ["", "x", "-1", "0:1,5:2", "1:2:3", "0:x", "99999999999999999999"])
    func badID(_ id: String) {
        #expect(EventLog.numbers(inID: id[...], workspaces: 1) == nil)
        #expect(EventLog.numbers(inID: id[...], workspaces: 2) == nil)
    }

    @Test("A workspace that begins anew has other numbers")
    func anew() {
        let log = Self.log()
        write(1...3, to: log)
        log.begin(0)
        write(1...2, to: log)
        #expect(log.place(after: [2]) == log.place())
    }
}
