/// Publishers and subscribers.
import Testing
import TestSupport
import ZeroMQ

@Suite("Publish and subscribe", .timeLimit(.minutes(5)))
final class PublishingTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test("A subscriber gets what begins with its prefix, and nothing else", arguments: Transport.allCases)
    func prefix(_ transport: Transport) throws {
        let context = try Context()
        var publisher = try Socket(.extendedPublisher, in: context)
        try publisher.bind(transport.endpoint(in: folder))
        let subscriber = try Socket(.subscriber, in: context)
        try subscriber.subscribe(to: "message/")
        try subscriber.connect(publisher.lastEndpoint)
        // The publisher hears of the subscription: from then on nothing is missed.
        let subscription = try publisher.message()
        #expect(subscription == [[1] + Array("message/".utf8)])

        for topic in ["token/a", "message", "message/a", "Message/b", "message/c"] {
            let taken = try publisher.send(message: [topic, "payload of \(topic)", ""])
            #expect(taken)
        }
        let first = try subscriber.text()
        #expect(first == ["message/a", "payload of message/a", ""])
        let second = try subscriber.text()
        #expect(second == ["message/c", "payload of message/c", ""])
    }

    @Test("A prefix that was taken back brings nothing more")
    func unsubscribe() throws {
        let context = try Context()
        var publisher = try Socket(.extendedPublisher, in: context)
        try publisher.bind(folder.endpoint("socket"))
        let subscriber = try Socket(.subscriber, in: context)
        try subscriber.subscribe(to: "a")
        try subscriber.subscribe(to: "b")
        try subscriber.connect(publisher.lastEndpoint)
        let subscriptions = [try publisher.message(), try publisher.message()]
        #expect(Set(subscriptions.compactMap { $0 }) == [[[1, 0x61]], [[1, 0x62]]])
        try subscriber.unsubscribe(from: "a")
        let cancellation = try publisher.message()
        #expect(cancellation == [[0, 0x61]])
        for topic in ["a", "b"] {
            let taken = try publisher.send(message: [topic])
            #expect(taken)
        }
        let received = try subscriber.text()
        #expect(received == ["b"])
    }

    @Test("A plain publisher reaches subscribers, once they have arrived", arguments: Transport.allCases)
    func plain(_ transport: Transport) throws {
        let context = try Context()
        var publisher = try Socket(.publisher, in: context)
        try publisher.bind(transport.endpoint(in: folder))
        let subscriber = try Socket(.subscriber, in: context)
        try subscriber.subscribe(to: "")
        try subscriber.connect(publisher.lastEndpoint)
        // A plain publisher doesn't say when somebody has subscribed, so it says the same again and again.
        var received: [String]?
        for _ in 0..<2000 where received == nil {
            let taken = try publisher.send(message: ["topic", "payload"])
            #expect(taken)
            received = try subscriber.text(within: 10)
        }
        #expect(received == ["topic", "payload"])
    }

    @Test("Publishing to nobody is no error, and nobody's messages are kept")
    func nobody() throws {
        let context = try Context()
        var publisher = try Socket(.extendedPublisher, in: context)
        try publisher.bind("tcp://127.0.0.1:*")
        let taken = try publisher.send(message: ["topic", "before"])
        #expect(taken)
        let subscriber = try Socket(.subscriber, in: context)
        try subscriber.subscribe(to: "")
        try subscriber.connect(publisher.lastEndpoint)
        let subscription = try publisher.message()
        #expect(subscription == [[1]])
        let takenAgain = try publisher.send(message: ["topic", "after"])
        #expect(takenAgain)
        let received = try subscriber.text()
        #expect(received == ["topic", "after"])
    }

    @Test("With verbose subscriptions, a second subscriber to the same topic is heard, too")
    func verbose() throws {
        let context = try Context()
        var publisher = try Socket(.extendedPublisher, in: context)
        try publisher.set(.verboseSubscriptions, 1)
        try publisher.bind("tcp://127.0.0.1:*")
        let first = try Socket(.subscriber, in: context)
        try first.subscribe(to: "a")
        try first.connect(publisher.lastEndpoint)
        let one = try publisher.message()
        #expect(one == [[1, 0x61]])
        let second = try Socket(.subscriber, in: context)
        try second.subscribe(to: "a")
        try second.connect(publisher.lastEndpoint)
        let two = try publisher.message()
        #expect(two == [[1, 0x61]])
    }
}
