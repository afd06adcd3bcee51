/// Whom the streams of one endpoint ask.

/// The replay connections of an endpoint, one question out on each. Streams that share a connection take turns. Pure.
struct Questions {
    /// Replay connections at a time. All streams of a producer share one; a new one comes with a new producer.
    static let connectionsLimit = 8

    private let place: Int
    private var askers: [Asker] = []
    /// Where the search for the next stream that wants to ask begins.
    private var turn = 0

    /// - Parameter place: the endpoint's, for actions.
    init(place: Int) { self.place = place }

    /// Whether an answer from `replay` is one to a question of ours; the question is then answered.
    mutating func accepts(_ answer: ReplayAnswer, from replay: String) -> Bool {
        guard let index = askers.firstIndex(where: { $0.address == replay }) else { return false }
        return askers[index].accepts(answer)
    }

    /// A request couldn't be sent now.
    mutating func couldNotSend(to replay: String, now: ContinuousClock.Instant) {
        guard let index = askers.firstIndex(where: { $0.address == replay }) else { return }
        askers[index].couldNotSend(now: now)
    }

    /// Whoever answers at `replay` has been heard on the live connection.
    mutating func heard(_ replay: String, now: ContinuousClock.Instant) {
        guard let index = askers.firstIndex(where: { $0.address == replay }) else { return }
        askers[index].heard(now: now)
    }

    /// A connection couldn't be made.
    mutating func forget(_ replay: String) { askers.removeAll { $0.address == replay } }

    /// Gives up on questions that weren't answered, asks what streams want to know, and closes what isn't needed.
    mutating func ask(
        for endpoint: inout FollowedEndpoint, now: ContinuousClock.Instant, isPaused: Bool,
        into output: inout FollowingOutput
    ) {
        for index in askers.indices {
            guard let stream = askers[index].timeOut(now: now), let asking = endpoint.index(of: stream) else {
                continue
            }
            endpoint.streams[asking].timeOut()
            if endpoint.isThere, askers[index].isSilent(now) {
                endpoint.say(.silentReplay(address: askers[index].address), into: &output)
            }
        }
        closeUnneeded(&endpoint, into: &output)
        let count = endpoint.streams.count
        guard count > 0, !isPaused, endpoint.isThere else { return }
        let first = turn % count
        for step in 0..<count {
            let index = (first + step) % count
            guard endpoint.streams[index].wantsToAsk(now), let replay = endpoint.streams[index].replay else { continue }
            guard let asker = asker(for: replay, now, &endpoint, into: &output), askers[asker].question == nil else {
                continue
            }
            let request = endpoint.streams[index].question()
            guard case .fetch(let stream, let from, _, _, _) = request else { continue }
            askers[asker].ask(stream, from: from, now: now)
            output.actions.append(.send(request, endpoint: place, replay: replay))
            turn = index + 1
        }
    }

    /// Sends a request that has no answer.
    mutating func tell(
        _ request: ReplayRequest, to replay: String, for endpoint: inout FollowedEndpoint,
        now: ContinuousClock.Instant, into output: inout FollowingOutput
    ) {
        guard let asker = asker(for: replay, now, &endpoint, into: &output) else { return }
        askers[asker].use(now: now)
        output.actions.append(.send(request, endpoint: place, replay: replay))
    }

    /// The connection to a replay endpoint, made where it is missing. The one that was used least lately makes room.
    private mutating func asker(
        for replay: String, _ now: ContinuousClock.Instant, _ endpoint: inout FollowedEndpoint,
        into output: inout FollowingOutput
    ) -> Int? {
        if let index = askers.firstIndex(where: { $0.address == replay }) { return index }
        if askers.count >= Self.connectionsLimit {
            endpoint.say(.tooManyReplayEndpoints(limit: Self.connectionsLimit), into: &output)
            let idle = askers.indices.filter { askers[$0].question == nil }
            guard let oldest = idle.min(by: { askers[$0].lastUsed < askers[$1].lastUsed }) else { return nil }
            close(oldest, &endpoint, into: &output)
        }
        askers.append(Asker(replay, now: now))
        output.actions.append(.connect(endpoint: place, replay: replay))
        return askers.count - 1
    }

    private mutating func closeUnneeded(_ endpoint: inout FollowedEndpoint, into output: inout FollowingOutput) {
        guard askers.count > 0 else { return }
        for index in askers.indices.reversed() {
            let address = askers[index].address
            let isNeeded = endpoint.streams.indices.contains {
                endpoint.streams[$0].replay == address && endpoint.streams[$0].needsReplay
            }
            if !isNeeded {
                close(index, &endpoint, into: &output)
            }
        }
    }

    /// Forgets all questions: who would answer now may not be who was asked. The connections stay, and libzmq makes them anew:
    /// two at a time under one name would take each other's place, and libzmq is deaf to the one that has lost it.
    mutating func forgetAll(of endpoint: inout FollowedEndpoint) {
        for index in askers.indices {
            guard let stream = askers[index].forgetQuestion(), let asking = endpoint.index(of: stream) else { continue }
            endpoint.streams[asking].timeOut()
        }
    }

    private mutating func close(
        _ index: Int, _ endpoint: inout FollowedEndpoint, into output: inout FollowingOutput
    ) {
        let asker = askers.remove(at: index)
        if let stream = asker.question?.stream, let asking = endpoint.index(of: stream) {
            endpoint.streams[asking].timeOut()
        }
        output.actions.append(.close(endpoint: place, replay: asker.address))
    }

    /// How long until a question has waited too long; nil: none is out.
    func timeToDeadline(_ now: ContinuousClock.Instant) -> Duration? {
        askers.filter { $0.question != nil }.map { max(.zero, $0.deadline - now) }.min()
    }
}
