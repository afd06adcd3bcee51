/// Somebody who asks, in a test's hands.
import ZeroMQ

@testable import Feed

/// A replay socket with one question at a time.
final class ReplayClient {
    private let socket: ReplaySocket
    private var asker: Asker

    init(endpoint: String, routingID: [UInt8], in context: FeedContext) throws {
        socket = try ReplaySocket(endpoint, of: endpoint, largestRecord: 1 << 24, routingID: routingID, in: context)
        asker = Asker(endpoint, now: .now)
    }

    /// The stream whose question is out.
    var asking: String? { asker.question?.stream }

    func ask(_ stream: String, from sequence: UInt64, fingerprint: String?) throws {
        asker.ask(stream, from: sequence, now: .now)
        let question = ReplayRequest.fetch(
            stream: stream, from: sequence, budget: Asker.budget, fingerprint: fingerprint)
        if try !socket.send(question) { asker.couldNotSend(now: .now) }
    }

    /// The answer to the question that is out, when it is there.
    func receive() throws -> ReplayAnswer? {
        var received: ReplayAnswer?
        while received == nil {
            guard try socket.receive({ answer, _ in if asker.accepts(answer) { received = answer } }) else {
                return nil
            }
        }
        return received
    }

    /// Gives up on a question that has waited too long.
    func timeOut() -> String? { asker.timeOut(now: .now) }
}
