/// Following as a value: what arrives goes in, and what is to be handed on and done comes out.

/// All streams on some endpoints: who publishes what, how far it was taken, who is asked for what, and who is silent. Pure:
/// it has no sockets and no clock. ``Follower`` is what it is driven by.
///
/// A turn begins with ``begin(_:isPaused:)`` and ends with ``end()``; in between comes what was received. Afterwards
/// ``output`` has what follows, to be taken out.
struct Following: ~Copyable {
    private let start: Start
    private let takesWorkspaces: Bool
    private var endpoints: [FollowedEndpoint]
    private var questions: [Questions]
    private var subscribed: [Bool]
    private var orphans: Orphans
    private var now: ContinuousClock.Instant
    private var isPaused = false
    /// The endpoint whose records are being collected.
    private var collecting = 0
    private var lastHold: ContinuousClock.Instant
    var output = FollowingOutput()

    /// How often publishers are told that this follower is busy.
    private static let holdInterval = Duration.seconds(1)

    /// - Parameters:
    ///   - names: the endpoints. Two spellings of one are two.
    ///   - start: where to begin in streams that aren't known.
    ///   - cursors: streams that are known; they go on where they were left.
    ///   - idleTimeout: a publisher of which nothing has been heard for so long is reported; nil: it isn't.
    ///   - takesWorkspaces: what consumers publish is followed, too.
    init(
        _ names: [String], from start: Start, resuming cursors: [StreamCursor] = [], idleTimeout: Duration? = nil,
        takesWorkspaces: Bool = true, now: ContinuousClock.Instant
    ) {
        self.start = start
        self.takesWorkspaces = takesWorkspaces
        self.now = now
        lastHold = now
        endpoints = names.map { name in
            FollowedEndpoint(
                name, resuming: cursors.filter { $0.endpoint == name }, idleTimeout: idleTimeout, now: now)
        }
        questions = names.indices.map(Questions.init(place:))
        // Until somebody says by control that it can replay, whatever comes is wanted: it may be a stranger's.
        subscribed = names.map { _ in true }
        orphans = Orphans(cursors.filter { !names.contains($0.endpoint) }, idleTimeout: idleTimeout, now: now)
        for index in names.indices { output.actions.append(.subscribe(endpoint: index, toRecords: true)) }
    }

    /// Whether every endpoint has been heard from and every stream heard of has ended.
    var hasEnded: Bool { endpoints.allSatisfy(\.hasEnded) }

    /// How many records the publisher is ahead that is furthest, as far as heard.
    var lag: UInt64 { endpoints.flatMap(\.streams).map(\.cursor.lag).max() ?? 0 }

    /// How all streams are.
    var figures: FollowingFigures { endpoints.reduce(into: FollowingFigures()) { $0.add($1.figures) } }

    /// Hands on what another endpoint has collected: whose records they are is known there alone.
    @inline(__always)
    private mutating func turn(to place: Int) {
        guard place != collecting else { return }
        endpoints[collecting].flush(into: &output)
        collecting = place
    }

    // MARK: A turn

    /// - Parameter isPaused: there is no room for more records. What comes is passed over, and will be fetched.
    mutating func begin(_ now: ContinuousClock.Instant, isPaused: Bool = false) {
        self.now = now
        self.isPaused = isPaused
        for place in endpoints.indices { endpoints[place].begin(now) }
    }

    /// The live connection of an endpoint has been made anew.
    mutating func connectedAnew(_ place: Int) {
        turn(to: place)
        endpoints[place].flush(into: &output)
        questions[place].forgetAll(of: &endpoints[place])
        for index in endpoints[place].streams.indices { endpoints[place].streams[index].connectedAnew() }
    }

    /// Whether an endpoint's live connection is there. Where it isn't, whoever answers questions may be somebody else: he is
    /// asked nothing, and nothing that he says is taken, until the publisher is back.
    mutating func publisher(of place: Int, isThere: Bool) { endpoints[place].isThere = isThere }

    /// Whether an endpoint sends so much that nobody wants that it had better be left alone for a moment.
    func isFlooded(_ place: Int) -> Bool { endpoints[place].isFlooded }

    /// What came by an endpoint's connection was nothing that a publisher sends.
    mutating func givenUp(_ place: Int) { endpoints[place].say(.unreadableConnection, into: &output) }

    /// Whoever listens at an endpoint doesn't answer.
    mutating func isSilent(_ place: Int) { endpoints[place].say(.silentListener, into: &output) }

    /// An endpoint, or the replay endpoint of its streams, can't be connected to for want of a key.
    mutating func isRefused(_ place: Int, _ problem: FollowingProblem) { endpoints[place].say(problem, into: &output) }

    /// A message from an endpoint's live socket.
    @inline(__always)
    mutating func receive(_ message: LiveMessage, from place: Int) {
        turn(to: place)
        switch endpoints[place].receive(message, isPaused: isPaused, into: &output) {
        case .taken: return
        case .unknown(let stream, let sequence):
            guard follow(stream, first: 1, next: sequence, on: place) != nil else { return }
            _ = endpoints[place].receive(message, isPaused: isPaused, into: &output)
        case .control(let control): receive(control, from: place)
        }
    }

    private mutating func receive(_ control: Control, from place: Int) {
        endpoints[place].flush(into: &output)
        guard !endpoints[place].hasLookAlike(of: control.stream) else {
            return endpoints[place].say(
                .rival(stream: control.stream, owner: endpoints[place].endpoint), into: &output)
        }
        // A stream that had ended, and has more now, is a publisher's that came back with more of it.
        if let index = endpoints[place].index(of: control.stream), case let ended = endpoints[place].streams[index],
            ended.hasEnded && control.next > ended.cursor.next
        {
            // Who has just said that he doesn't have it can't have it now.
            if ended.hasVanished && !ended.isConnectedAnew { return }
            endpoints[place].leave(at: index, into: &output)
        }
        guard
            let index = endpoints[place].index(of: control.stream)
                ?? (isPaused ? nil : follow(control.stream, first: control.first, next: control.next, on: place))
        else { return }
        var replay: String?
        var problem: String?
        do throws(ReplayAddress.Refusal) {
            replay = try ReplayAddress.resolve(control.replay, from: endpoints[place].endpoint)
        } catch { problem = error.reason }
        endpoints[place].streams[index].receive(
            control, replay: replay, problem: problem, endpoint: endpoints[place].endpoint, now: now,
            into: &output.deliveries)
        guard let replay else { return }
        questions[place].heard(replay, now: now)
        // Whoever publishes here now can say what has become of those that were left.
        for other in endpoints[place].streams.indices { endpoints[place].streams[other].borrow(replay: replay) }
    }

    /// Begins with a stream, or goes on with it.
    ///
    /// - Returns: its place; nil where it isn't followed.
    private mutating func follow(_ id: String, first: UInt64, next: UInt64, on place: Int) -> Int? {
        guard takesWorkspaces || !WorkspaceName.isOne(id) else {
            endpoints[place].say(.workspace(stream: id), into: &output)
            return nil
        }
        // The name of an endpoint is that of the publisher without numbers there, whether there is one or not.
        let owner = endpoints.indices.first {
            endpoints[$0].endpoint == id
                || ($0 == place ? endpoints[$0].hasLookAlike(of: id) : endpoints[$0].contains(id))
        }
        if let owner = owner.map({ endpoints[$0].endpoint }) ?? orphans.ownerOfLookAlike(of: id) {
            endpoints[place].say(.rival(stream: id, owner: owner), into: &output)
            return nil
        }
        let from =
            switch start {
            case .beginning: 1 as UInt64
            case .now: next
            case .last(let count): max(first, next > count ? next - count : 1)
            case .sequence(let sequence): max(1, sequence)
            }
        let known = endpoints[place].left.remove(id) ?? orphans.remove(id)
        let cursor = known ?? StreamCursor(stream: id, endpoint: endpoints[place].endpoint, next: from)
        guard let index = endpoints[place].follow(cursor, isKnown: known != nil, now: now, into: &output) else {
            if let known { endpoints[place].left.leave(known) }
            return nil
        }
        return index
    }

    /// An answer from a replay endpoint.
    ///
    /// - Parameter records: a batch's, joined by line feeds; valid during the call.
    mutating func receive(
        _ answer: ReplayAnswer, records: UnsafeRawBufferPointer, from replay: String, of place: Int
    ) {
        turn(to: place)
        guard questions[place].accepts(answer, from: replay), endpoints[place].isThere,
            let index = endpoints[place].index(of: answer.stream)
        else { return }
        endpoints[place].flush(into: &output)
        var count: UInt64 = 0
        if case .batch = answer { count = UInt64(records.lineFeeds + 1) }
        let new = endpoints[place].streams[index].receive(
            answer, count: count, endpoint: endpoints[place].endpoint, now: now, into: &output.deliveries)
        guard case .batch(_, let first, _, _) = answer, !new.isEmpty else { return }
        endpoints[place].streams[index].settleLoss(into: &output.deliveries)
        endpoints[place].deliver(records, first: first, new: new, of: index, into: &output)
    }

    /// A request couldn't be sent: nobody is connected yet, or its queue is full.
    mutating func unsent(_ place: Int, replay: String) { questions[place].couldNotSend(to: replay, now: now) }

    /// A replay endpoint can't be connected to at all: the streams that name it are refused.
    mutating func unreachable(_ place: Int, replay: String) {
        questions[place].forget(replay)
        endpoints[place].refuse(asking: replay, "its replay endpoint can't be used", now: now, into: &output)
    }

    /// Ends the turn: says what has come true, and does what is due.
    mutating func end() {
        endpoints[collecting].flush(into: &output)
        for place in endpoints.indices {
            endpoints[place].report(now, isPaused: isPaused, into: &output)
            questions[place].ask(for: &endpoints[place], now: now, isPaused: isPaused, into: &output)
            let isWanted = endpoints[place].wantsRecords
            if isWanted != subscribed[place] {
                subscribed[place] = isWanted
                output.actions.append(.subscribe(endpoint: place, toRecords: isWanted))
            }
        }
        orphans.report(now, into: &output.deliveries)
        if now - lastHold >= Self.holdInterval { hold() }
    }

    /// How long nothing needs to be done unless something comes; nil: for ever.
    func patience() -> Duration? {
        var soonest = orphans.timeToSilence
        func consider(_ time: Duration?) {
            if let time { soonest = min(soonest ?? time, time) }
        }
        for place in endpoints.indices {
            consider(questions[place].timeToDeadline(now))
            consider(endpoints[place].foreign.timeToSilence)
            for index in endpoints[place].streams.indices {
                consider(endpoints[place].streams[index].timeToSilence)
                consider(endpoints[place].streams[index].timeToQuestion(now))
                if endpoints[place].streams[index].isUnsafe {
                    consider(max(.zero, Self.holdInterval - (now - lastHold)))
                }
            }
        }
        return soonest
    }

    // MARK: What followers say

    /// Tells the publisher of a stream that its end has arrived and everything before it is safe.
    mutating func acknowledgeEnd(of id: String) {
        for place in endpoints.indices {
            guard let index = endpoints[place].index(of: id) else { continue }
            acknowledge(index, of: place)
        }
    }

    /// Tells all publishers that this follower has what it wanted and is leaving, so that they don't wait for it.
    mutating func acknowledgeAll() {
        for place in endpoints.indices {
            for index in endpoints[place].streams.indices { acknowledge(index, of: place) }
        }
    }

    private mutating func acknowledge(_ index: Int, of place: Int) {
        guard !endpoints[place].streams[index].hasVanished, let replay = endpoints[place].streams[index].replay else {
            return
        }
        let request = endpoints[place].streams[index].acknowledgement()
        questions[place].tell(request, to: replay, for: &endpoints[place], now: now, into: &output)
    }

    /// Tells publishers that this follower is still there although it asks for nothing, so that they don't leave: there is no room for
    /// more, or a stream has come to its end and not all of it is safe.
    private mutating func hold() {
        lastHold = now
        for place in endpoints.indices {
            for stream in endpoints[place].streams
            where stream.needsReplay && !stream.isRefused && (isPaused || stream.isUnsafe) {
                guard let replay = stream.replay else { continue }
                questions[place].tell(
                    .hold(stream: stream.id), to: replay, for: &endpoints[place], now: now, into: &output)
            }
        }
    }
}
