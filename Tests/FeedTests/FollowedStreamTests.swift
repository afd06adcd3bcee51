/// Knowing a stream by its first record.
import Testing

@testable import Feed

@Suite("A followed stream", .timeLimit(.minutes(5)))
struct FollowedStreamTests {
    private func control(_ fingerprint: String?, next: UInt64 = 9) -> Control {
        Control(stream: "s", first: 1, next: next, replay: "ipc:///x", fingerprint: fingerprint)
    }

    @Test("after an answer that says that another stream is there nothing is taken, until control says that it is back")
    func doubted() {
        let stream = FollowedStream(
            id: "s", next: 5, fingerprint: "own", silence: Silence(limit: nil, now: .now))
        var deliveries: [Delivery] = []
        #expect(!stream.isVerified)
        stream.take(control("own"), connectedTo: "ipc:///e", into: &deliveries)
        #expect(stream.isVerified)
        // The question has reached somebody else before that one's control has come.
        stream.doubt()
        #expect(!stream.isVerified)
        stream.take(control("other"), connectedTo: "ipc:///e", into: &deliveries)
        stream.take(control(nil, next: 1), connectedTo: "ipc:///e", into: &deliveries)
        #expect(!stream.isVerified)
        stream.take(control("own"), connectedTo: "ipc:///e", into: &deliveries)
        #expect(stream.isVerified)
    }
}
