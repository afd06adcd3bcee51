/// The hostile peers of a round.
import Foundation
import TestSupport

/// A publisher and a subscriber that mean harm, and what must hold of them in the end.
struct Strangers: Sendable {
    /// So long they have to leave when they are told.
    private static let patience = Duration.seconds(10)

    /// Of so many claims a consumer hears one, however often it is killed.
    private static let claimsHeard = 20

    private let publisher: RunningProgram
    private let subscriber: RunningProgram
    /// Where no follower may ask.
    private let elsewhere: TemporaryFolder

    /// The consumer's option for the hostile publisher's endpoint.
    static func consumerOptions(_ setup: Setup) -> [String] { ["--input-endpoint", setup.folder.endpoint("stranger")] }

    init(_ setup: Setup, seed: UInt64) async throws {
        elsewhere = try TemporaryFolder()
        publisher = try await RunningProgram(
            "Chaos",
            [
                "hostile-publisher", "--seed", "\(seed)", "--endpoint", setup.folder.endpoint("stranger"),
                "--replay-endpoint", setup.folder.endpoint("stranger-replay"), "--elsewhere", elsewhere.endpoint("x"),
                "--victim", Plan.stream, "--victim-endpoint", setup.folder.endpoint("in"), "--victim-replay-endpoint",
                setup.folder.endpoint("in-replay"),
            ])
        subscriber = try await RunningProgram(
            "Chaos",
            [
                "hostile-subscriber", "--seed", "\(seed)", "--live", setup.folder.endpoint("in"), "--live",
                setup.folder.endpoint("out"), "--replay", setup.folder.endpoint("in-replay"), "--replay",
                setup.folder.endpoint("out-replay"), "--stream", Plan.stream,
            ])
    }

    /// The consumer has the honest stream for good: who says now to have it, too, comes too late.
    func honestIsKnown() { publisher.write("\n") }

    /// Ends them, and notes what they did and what was wrong.
    ///
    /// - Parameter log: what the consumer has said.
    func leave(consumerSaid log: String, _ report: inout Report) async {
        for program in [publisher, subscriber] { program.closeInput() }
        let codes = (await publisher.exit(within: Self.patience), await subscriber.exit(within: Self.patience))
        guard codes == (0, 0),
            let said = try? JSONDecoder().decode(HostilePublisher.Account.self, from: Data(publisher.output.utf8)),
            let sent = try? JSONDecoder().decode(HostileSubscriber.Account.self, from: Data(subscriber.output.utf8))
        else {
            let said = publisher.errorText + subscriber.errorText
            return report.problems.append("the hostile peers ended with \(codes): \(said)")
        }
        report.lies = said.said + said.answered
        report.floods = sent.bytes
        if said.said == 0 || said.answered == 0 || said.claims == 0 || sent.bytes == 0 {
            report.problems.append("the hostile peers did nothing: \(said), \(sent)")
        }
        if said.askedElsewhere > 0 { report.problems.append("the consumer asked where it mustn't") }
        if said.askedForVictim > 0 {
            report.problems.append("the consumer asked the hostile publisher for the honest stream")
        }
        // A few may all have been made while no consumer was listening.
        let warning = "stream \(Plan.stream), or one whose name looks the same, comes from "
        if said.claims >= Self.claimsHeard, !log.contains(warning) {
            report.problems.append("the consumer hasn't said that a stream is claimed twice")
        }
    }
}
