/// One endpoint that is followed, as a value.
import Bytes

/// The streams of an endpoint, a publisher without numbers, and what has been seen of rules that were broken. What happens
/// on the sockets comes in, and what follows from it goes to a ``FollowingOutput``.
struct FollowedEndpoint {
    /// Open streams that are followed at a time. A producer has one; a few are there after restarts.
    static let streamsLimit = 256
    /// A batch is handed on at this size, in bytes.
    static let batchBytes = 256 << 10
    /// Lines of one batch. One that is all line feeds is a million lines in a megabyte. The lines of an ordinary answer, of a
    /// megabyte, stay together.
    static let batchLines = 16_384
    /// Control messages that are read a second, and as many at once; and as many records of streams that aren't followed. To
    /// look at one costs many times what a record of a stream does, and each stream sends one control message a second.
    static let controlPerSecond = 1024
    /// Messages passed over in a turn, beyond those that are looked at, after which the endpoint is flooded.
    static let mostPassedOver = 256
    /// Problems that are named, each once.
    private static let problemsSaid = 16

    let endpoint: String
    private let idleTimeout: Duration?
    /// Whether its publisher is connected.
    var isThere = true
    var streams: [FollowedStream] = []
    /// Where each is in ``streams``: a look at all of them for each message of a publisher of many would cost the others their
    /// time.
    private var places: [String: Int] = [:]
    var left = LeftStreams()
    /// What those came to that are followed no more.
    private var figuresOfLeft = FollowingFigures()
    var foreign: ForeignPublisher
    /// Where the last record's stream stands in ``streams``.
    private var recent = 0
    /// The stream whose records are being collected; nil: the foreign publisher's.
    private var collecting: Int?
    private var duplicates = 0
    /// Messages of this turn that weren't looked at, since too many of the kind have come.
    private var passedOver = 0
    private var reader = ControlReader()
    private var control: TokenBucket
    private var unknown: TokenBucket
    private var problems: Set<FollowingProblem> = []

    init(
        _ endpoint: String, resuming cursors: [StreamCursor], idleTimeout: Duration?, now: ContinuousClock.Instant
    ) {
        self.endpoint = endpoint
        self.idleTimeout = idleTimeout
        control = TokenBucket(
            burst: Self.controlPerSecond, interval: .seconds(1) / Self.controlPerSecond, now: now)
        unknown = control
        foreign = ForeignPublisher(
            cursors.first { $0.stream == endpoint }, silence: Silence(limit: idleTimeout, now: now))
        for cursor in cursors where cursor.stream != endpoint {
            // One that hadn't ended is followed from the beginning: it may be silent for good, or replaced.
            if cursor.hasEnded {
                left.leave(cursor)
            } else {
                add(FollowedStream(cursor, isKnown: true, silence: Silence(limit: idleTimeout, now: now)))
            }
        }
    }

    var hasEnded: Bool { !foreign.isThere && !streams.isEmpty && streams.indices.allSatisfy { streams[$0].hasEnded } }

    /// How its streams are.
    var figures: FollowingFigures {
        var figures = figuresOfLeft
        for stream in streams {
            figures.add(stream.cursor)
            if stream.hasEnded { continue }
            figures.streams += 1
            figures.lag = max(figures.lag, stream.cursor.lag)
            figures.eventTimes[stream.id] = stream.eventTime
        }
        return figures
    }

    func contains(_ id: String) -> Bool { index(of: id) != nil || left.contains(id) }

    /// Whether a stream is known here whose id is another one and only looks the same ("é" can be written in two ways). Strings
    /// count as equal then, as keys as well, and two streams would become one; so the first has the name.
    func hasLookAlike(of id: String) -> Bool {
        if let index = index(of: id) { return !streams[index].id.isSame(as: id) }
        return left.cursor(of: id).map { !$0.stream.isSame(as: id) } ?? false
    }

    func index(of id: String) -> Int? { places[id] }

    /// The place of a stream with this id, byte for byte; for records, which mustn't allocate.
    private func index(of id: UnsafeRawBufferPointer) -> Int? {
        var index = streams.count
        while index > 0 {
            index -= 1
            if streams[index].hasID(id) { return index }
        }
        return nil
    }

    /// Whether live records are of use. Where no stream is open, whatever comes is wanted: it may be a stranger's.
    var wantsRecords: Bool {
        var isOpen = false
        for index in streams.indices where !streams[index].hasEnded {
            if streams[index].cursor.wantsRecords && !streams[index].isRefused { return true }
            isOpen = true
        }
        return !isOpen
    }

    // MARK: What arrives

    /// A turn begins.
    mutating func begin(_ now: ContinuousClock.Instant) {
        control.refill(now)
        unknown.refill(now)
        passedOver = 0
    }

    /// Whether so much has come in this turn that nobody wants that the rest had better wait.
    var isFlooded: Bool { passedOver >= Self.mostPassedOver }

    /// What became of a message.
    enum Outcome {
        case taken
        /// It is of a stream that isn't followed.
        case unknown(stream: String, sequence: UInt64)
        /// The publisher says how its stream is.
        case control(Control)
    }

    /// A live message.
    @inline(__always)
    mutating func receive(
        _ message: LiveMessage, isPaused: Bool, into output: inout FollowingOutput
    ) -> Outcome {
        if message.frames == 3, let sequence = Position.sequence(message.position) {
            let id = Position.stream(message.position)
            if recent < streams.count, streams[recent].hasID(id) {
                receive(sequence, message.payload, of: recent, isPaused, into: &output)
                return .taken
            }
            if let index = index(of: id) {
                recent = index
                receive(sequence, message.payload, of: index, isPaused, into: &output)
                return .taken
            }
            // While there is no room, no stream is begun.
            guard !isPaused else { return .taken }
            guard unknown.take() else {
                passedOver += 1
                return .taken
            }
            if id.count <= Position.streamLimit, let name = String(validating: id, as: UTF8.self) {
                return .unknown(stream: name, sequence: sequence)
            }
        }
        return receiveOther(message, isPaused, into: &output)
    }

    @inline(__always)
    private mutating func receive(
        _ sequence: UInt64, _ payload: UnsafeRawBufferPointer, of index: Int, _ isPaused: Bool,
        into output: inout FollowingOutput
    ) {
        switch streams[index].receive(live: sequence, isPaused: isPaused) {
        case .accept: break
        case .duplicate:
            duplicates += 1
            return
        case .ahead, nil: return
        }
        if streams[index].pendingLost > 0 { settleLoss(of: index, into: &output) }
        if collecting != index || !output.builder.continues(sequence) {
            begin(index, streams[index].id, sequence, into: &output)
        }
        output.builder.append(payload)
        if output.builder.size >= Self.batchBytes { flush(into: &output) }
    }

    private mutating func settleLoss(of index: Int, into output: inout FollowingOutput) {
        flush(into: &output)
        streams[index].settleLoss(into: &output.deliveries)
    }

    /// What isn't a record of this protocol: control, or a stranger's message.
    private mutating func receiveOther(
        _ message: LiveMessage, _ isPaused: Bool, into output: inout FollowingOutput
    ) -> Outcome {
        if message.frames == 3, message.position.isEmpty {
            guard message.topic.elementsEqual(Topic.control.utf8) else { return .taken }
            guard control.take() else {
                passedOver += 1
                say(.tooMuchControl(aSecond: Self.controlPerSecond), into: &output)
                return .taken
            }
            guard let control = reader.read(message.payload) else {
                say(.unreadableControl, into: &output)
                return .taken
            }
            return .control(control)
        }
        // A position that can't be read is a stranger's third frame.
        let payload = message.frames == 1 ? message.topic.behindTopic : message.payload
        if !foreign.isThere {
            flush(into: &output)
            output.deliveries.append(.foreign(stream: endpoint))
        }
        guard let sequence = foreign.receive(payload.count, isPaused: isPaused) else { return .taken }
        if collecting != nil || !output.builder.continues(sequence) { begin(nil, endpoint, sequence, into: &output) }
        output.builder.append(payload)
        if output.builder.size >= Self.batchBytes { flush(into: &output) }
        return .taken
    }

    private mutating func begin(
        _ index: Int?, _ stream: String, _ sequence: UInt64, into output: inout FollowingOutput
    ) {
        flush(into: &output)
        collecting = index
        output.builder.begin(stream, sequence)
    }

    /// Hands on the records that were collected.
    mutating func flush(into output: inout FollowingOutput) {
        guard !output.builder.isEmpty else { return }
        let batch = output.builder.finish()
        if let collecting {
            streams[collecting].took(upTo: batch.first + UInt64(batch.count), fingerprint: batch.lastFingerprint)
        }
        output.deliveries.append(.records(batch))
    }

    /// Hands on the records of an answer, in pieces: each line may become a record of its own, with all that belongs to it.
    ///
    /// - Parameters:
    ///   - first: the number of the first of them.
    ///   - new: those that are new.
    mutating func deliver(
        _ records: UnsafeRawBufferPointer, first: UInt64, new: Range<UInt64>, of index: Int,
        into output: inout FollowingOutput
    ) {
        var rest = records
        for _ in first..<new.lowerBound {
            guard let length = rest.firstIndexOfLineFeed else { break }
            rest = UnsafeRawBufferPointer(rebasing: rest[(length + 1)...])
        }
        var sequence = new.lowerBound
        while sequence < new.upperBound {
            let count = min(new.upperBound - sequence, UInt64(Self.batchLines))
            let piece = sequence + count == new.upperBound ? rest : rest.prefixOfLines(Int(count))
            begin(index, streams[index].id, sequence, into: &output)
            output.builder.append(joined: piece, count: Int(count))
            flush(into: &output)
            rest = UnsafeRawBufferPointer(rebasing: rest[min(piece.count + 1, rest.count)...])
            sequence += count
        }
    }

    /// Refuses all streams that are to be asked for at an endpoint.
    mutating func refuse(
        asking replay: String, _ reason: String, now: ContinuousClock.Instant, into output: inout FollowingOutput
    ) {
        for index in streams.indices where streams[index].replay == replay {
            streams[index].refuse(reason, endpoint, until: now + FollowedStream.refusalPause, into: &output.deliveries)
        }
    }

    // MARK: Streams

    /// Follows a stream that wasn't followed.
    ///
    /// - Returns: its place; nil where there are too many.
    mutating func follow(
        _ cursor: StreamCursor, isKnown: Bool, now: ContinuousClock.Instant, into output: inout FollowingOutput
    ) -> Int? {
        flush(into: &output)
        guard makeRoom(into: &output) else {
            say(.tooManyStreams(limit: Self.streamsLimit), into: &output)
            return nil
        }
        // Who published the others may have gone.
        for index in streams.indices { streams[index].suspect() }
        var stream = FollowedStream(cursor, isKnown: isKnown, silence: Silence(limit: idleTimeout, now: now))
        if stream.trust == .trusted { stream.announce(endpoint, into: &output.deliveries) }
        add(stream)
        return streams.count - 1
    }

    /// Leaves a stream where there are as many as may be. A daemon sees one for each run of a producer: those long done with
    /// go first, the oldest before the others, and then those of which who publishes here now says nothing.
    private mutating func makeRoom(into output: inout FollowingOutput) -> Bool {
        guard streams.count >= Self.streamsLimit else { return true }
        if let done = streams.firstIndex(where: \.hasEnded) {
            leave(at: done, into: &output)
            return true
        }
        guard let silent = streams.firstIndex(where: { !$0.isHeardHere }) else { return false }
        streams[silent].vanish()
        leave(at: silent, into: &output)
        return true
    }

    private mutating func add(_ stream: FollowedStream) {
        places[stream.id] = streams.count
        streams.append(stream)
    }

    /// Keeps of a stream that isn't followed for now how far it was taken.
    mutating func leave(at index: Int, into output: inout FollowingOutput) {
        flush(into: &output)
        streams[index].report(into: &output.deliveries)
        left.leave(streams[index].place(on: endpoint))
        places[streams[index].id] = nil
        figuresOfLeft.add(streams[index].cursor)
        streams.remove(at: index)
        for later in index..<streams.count { places[streams[later].id] = later }
        (recent, collecting) = (0, nil)
    }

    // MARK: Saying

    /// Says what a publisher does wrong, once for each kind.
    mutating func say(_ problem: FollowingProblem, into output: inout FollowingOutput) {
        guard problems.count < Self.problemsSaid, problems.insert(problem).inserted else { return }
        output.deliveries.append(.ignored(endpoint: endpoint, problem))
    }

    /// Says what has come true since the last turn.
    mutating func report(_ now: ContinuousClock.Instant, isPaused: Bool, into output: inout FollowingOutput) {
        flush(into: &output)
        if duplicates > 0 { output.deliveries.append(.duplicates(duplicates)) }
        duplicates = 0
        let dropped = foreign.takeDropped()
        if dropped > 0 { output.deliveries.append(.lost(stream: endpoint, count: dropped)) }
        for index in streams.indices {
            // While there is no room nothing more is handed on than has to be.
            if !isPaused { streams[index].report(into: &output.deliveries) }
            streams[index].lookForSilence(now, into: &output.deliveries)
        }
        if foreign.hasFallenSilent(now) { output.deliveries.append(.idle(stream: endpoint)) }
    }
}
