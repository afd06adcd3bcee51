/// Contexts and sockets coming and going.
import Testing
import TestSupport
import ZeroMQ

@Suite("Context", .timeLimit(.minutes(5)))
final class ContextTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test("Sockets close before their context, in whatever order they go, and nothing hangs", arguments: [true, false])
    func order(_ firstGoesFirst: Bool) throws {
        for round in 0..<20 {
            weak var gone: Context?
            try {
                let context = try Context()
                gone = context
                var first = try Socket(.router, in: context)
                try first.bind(folder.endpoint("socket-\(firstGoesFirst)-\(round)"))
                let second = try Socket(.dealer, in: context)
                try second.connect(first.lastEndpoint)
                if firstGoesFirst {
                    discard(first)
                    discard(second)
                } else {
                    discard(second)
                    discard(first)
                }
            }()
            #expect(gone == nil)
        }
    }

    private func discard(_ socket: consuming Socket) {}

    @Test("A socket keeps its context alive and usable when nobody else does")
    func socketKeepsContext() throws {
        var receiver = try Socket(.dealer, in: Context())
        try receiver.bind("tcp://127.0.0.1:*")
        let sender = try Socket(.dealer, in: Context())
        try sender.connect(receiver.lastEndpoint)
        let sent = try sender.send(message: ["hello"])
        #expect(sent)
        let received = try receiver.text()
        #expect(received == ["hello"])
    }

    @Test("With no linger, a message that nobody takes doesn't hold up the end")
    func linger() throws {
        weak var gone: Context?
        try {
            let context = try Context()
            gone = context
            let dealer = try Socket(.dealer, in: context)
            try dealer.set(.linger, 0)
            try dealer.connect(folder.endpoint("nobody-listens"))
            let taken = try dealer.send(message: ["into the void"])
            #expect(taken)
        }()
        #expect(gone == nil)
    }

    @Test("With linger, what was sent at the last moment still arrives")
    func lastMessage() throws {
        let context = try Context()
        var receiver = try Socket(.dealer, in: context)
        try receiver.bind("tcp://127.0.0.1:*")
        let endpoint = receiver.lastEndpoint
        try {
            let sender = try Socket(.dealer, in: Context())
            try sender.set(.linger, 20_000)
            try sender.connect(endpoint)
            for number in 1...100 {
                let sent = try sender.send(message: ["\(number)"])
                #expect(sent)
            }
        }()
        for number in 1...100 {
            let received = try receiver.text()
            #expect(received == ["\(number)"])
        }
    }

    @Test("Many contexts can live side by side")
    func many() throws {
        let contexts = try (0..<20).map { _ in try Context() }
        for context in contexts {
            var socket = try Socket(.publisher, in: context)
            try socket.bind("tcp://127.0.0.1:*")
        }
    }
}
