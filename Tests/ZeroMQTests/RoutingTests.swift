/// Questions and answers.
import Testing
import TestSupport
import ZeroMQ

@Suite("Router and dealer", .timeLimit(.minutes(5)))
final class RoutingTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test("A question comes with its asker's name, and the answer finds the way back", arguments: Transport.allCases)
    func answers(_ transport: Transport) throws {
        let context = try Context()
        var router = try Socket(.router, in: context)
        try router.bind(transport.endpoint(in: folder))
        let dealer = try Socket(.dealer, in: context)
        try dealer.setRoutingID(Array("client-1".utf8))
        try dealer.connect(router.lastEndpoint)
        let other = try Socket(.dealer, in: context)
        try other.connect(router.lastEndpoint)

        let asked = try dealer.send(message: ["FETCH", "stream", ""])
        #expect(asked)
        let question = try router.text()
        #expect(question == ["client-1", "FETCH", "stream", ""])
        let answered = try router.send(message: ["client-1", "BATCH", "lines"])
        #expect(answered)
        let answer = try dealer.text()
        #expect(answer == ["BATCH", "lines"])

        // Without a name of its own, an asker gets one, and only it gets the answer.
        let askedToo = try other.send(message: ["FETCH"])
        #expect(askedToo)
        let second = try #require(try router.message())
        #expect(second.count == 2)
        #expect(second.last == Array("FETCH".utf8))
        let answeredToo = try router.send(message: [second[0], Array("for the other".utf8)])
        #expect(answeredToo)
        let otherAnswer = try other.text()
        #expect(otherAnswer == ["for the other"])
        var frame = Frame()
        let more = try dealer.receive(into: &frame)
        #expect(!more)
    }

    @Test("An answer to somebody who isn't there is dropped")
    func unknownPeer() throws {
        let context = try Context()
        var router = try Socket(.router, in: context)
        try router.bind("tcp://127.0.0.1:*")
        #expect(throws: Never.self) { try router.send(message: ["nobody", "answer"]) }
    }

    @Test("A question that nobody can take is refused, not waited for")
    func nobody() throws {
        let dealer = try Socket(.dealer, in: Context())
        let taken = try dealer.send(message: ["question"])
        #expect(!taken)
    }

    @Test("A queue takes what its limit allows, then refuses")
    func fullQueue() throws {
        let dealer = try Socket(.dealer, in: Context())
        try dealer.set(.linger, 0)
        try dealer.set(.sendHighWaterMark, 5)
        try dealer.connect(folder.endpoint("nobody-listens"))
        var taken = 0
        while taken < 100, try dealer.send(message: ["question"]) { taken += 1 }
        #expect(taken == 5)
    }

    @Test("With handover, a client that comes back under its name gets the answers, not its dead connection")
    func handover() throws {
        let context = try Context()
        var router = try Socket(.router, in: context)
        try router.set(.routerHandover, 1)
        try router.bind("tcp://127.0.0.1:*")
        let name = Array("client".utf8)
        let first = try Socket(.dealer, in: context)
        try first.setRoutingID(name)
        try first.connect(router.lastEndpoint)
        let firstAsked = try first.send(message: ["first"])
        #expect(firstAsked)
        let one = try router.text()
        #expect(one == ["client", "first"])
        let second = try Socket(.dealer, in: context)
        try second.setRoutingID(name)
        try second.connect(router.lastEndpoint)
        let secondAsked = try second.send(message: ["second"])
        #expect(secondAsked)
        let two = try router.text()
        #expect(two == ["client", "second"])
        let answered = try router.send(message: ["client", "answer"])
        #expect(answered)
        let answer = try second.text()
        #expect(answer == ["answer"])
    }
}
