/// What the pipeline says of itself.
import Chat
import Feed
import Records
import Streaming
import Testing
import TestSupport

@testable import Consuming

@Suite("The pipeline's reading", .timeLimit(.minutes(1)))
struct PipelineReadingTests {
    private func line(_ time: String) -> String {
        #"{"session_id":"a","timestamp":"2025-01-23T\#(time)Z","sender":"rm","message":"x"}"#
    }

    private func reading(after deliveries: [Delivery]) async -> PipelineReading {
        let policy = WindowPolicy(.tumbling(size: 30_000))
        var pipeline = Pipeline(policy: policy, endpoints: ["e", "f"], logger: LogCapture().logger)
        for delivery in deliveries { await pipeline.process(delivery, with: BatchDecoder()) }
        return pipeline.reading
    }

    @Test("Before anything has come, endpoints are silent")
    func silent() async {
        let reading = await reading(after: [])
        #expect(reading.silentEndpoints == ["e", "f"])
        #expect(reading.streams.isEmpty && reading.windowsOpen == 0)
    }

    @Test("Each open stream has its place, its times and its windows; one that has ended isn't there")
    func streams() async throws {
        let began = Delivery.began(stream: "s", endpoint: "e")
        let records = Delivery.records(
            LineBatch(stream: "s", first: 7, lines: [line("14:30:00"), line("14:30:20")]))
        var reading = await reading(after: [began, records])
        #expect(reading.silentEndpoints == ["f"])
        let time = try #require(Timestamp("2025-01-23T14:30:20Z"))
        #expect(
            reading.streams == [
                WorkspaceStatus.Stream(
                    stream: "s", state: .open, next: 9, eventTime: time, watermark: time, windowsOpen: 1,
                    holdsMessage: false)
            ])
        reading = await self.reading(after: [began, records, .idle(stream: "s")])
        #expect(reading.streams.map(\.state) == [.silent])
        reading = await self.reading(after: [began, records, .ended(stream: "s")])
        #expect(reading.streams.isEmpty)
    }

    @Test("A message that is held because of its time is said to be")
    func holds() async {
        let records = Delivery.records(
            LineBatch(stream: "s", first: 1, lines: [line("14:30:00"), line("23:00:00")]))
        let reading = await reading(after: [.began(stream: "s", endpoint: "e"), records])
        #expect(reading.streams.map(\.holdsMessage) == [true])
        #expect(reading.streams.first?.eventTime == Timestamp("2025-01-23T14:30:00Z"))
    }
}
