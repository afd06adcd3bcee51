/// One endpoint that is followed: its SUB socket, its replay clients, and a cursor for each of its streams.
import ZeroMQ

final class Subscription {
    /// Records taken in one go before other sockets get their turn.
    private static let recordsPerTurn = 4096
    /// A batch is handed on at this size.
    private static let batchBytes = 256 << 10
    private static let streamsRemembered = 256
    private static let cursorsRemembered = 2000
    /// Larger frames end the connection; producers refuse such lines long before.
    private static let largestMessage = 64 << 20

    private let endpoint: String
    private let start: Start
    private let routingID: [UInt8]
    private let context: Context
    private let socket: Socket
    private var streams: [FollowedStream] = []
    private var replayClients: [ReplayClient] = []
    private var isSubscribedToRecords = false
    private var builder = LineBatchBuilder()
    private var foreignNext: UInt64 = 1
    private var hasForeign = false
    /// How far streams had been taken that aren't followed now.
    private var leftAt: [StreamCursor] = []
    private let idleTimeout: Duration?
    /// The silence of a publisher that has no stream id.
    private var foreignSilence: Silence
    private var foreignWasHeard = false
    private let clock = ContinuousClock()
    private var duplicates = 0

    // Frames are kept and received into again and again.
    private var topic = Frame()
    private var payload = Frame()
    private var position = Frame()

    init(
        endpoint: String, from start: Start, resuming cursors: [StreamCursor], idleTimeout: Duration?,
        routingID: [UInt8], in context: Context
    ) throws(ZMQError) {
        self.endpoint = endpoint
        self.idleTimeout = idleTimeout
        foreignSilence = Silence(limit: idleTimeout, now: clock.now)
        self.start = start
        self.routingID = routingID
        self.context = context
        socket = try Socket(.subscriber, in: context)
        try socket.set(.linger, 0)
        try socket.set(.heartbeatInterval, 5000)
        try socket.set(.heartbeatTimeout, 15_000)
        try socket.set(.maximumMessageSize, Self.largestMessage)
        try socket.subscribe(to: Topic.control)
        for cursor in cursors { resume(cursor) }
        // Until somebody says by control that it can replay, whatever comes is wanted: it may be a stranger's.
        try setSubscribedToRecords(true)
        try socket.connect(endpoint)
    }

    /// Goes on where a stream was left. One that hadn't ended is followed from the beginning: it may be silent for good,
    /// or replaced.
    private func resume(_ cursor: StreamCursor) {
        if cursor.stream == endpoint {
            foreignNext = cursor.next
        } else if cursor.hasEnded {
            leftAt.append(cursor)
        } else {
            streams.append(followed(cursor))
        }
    }

    private func followed(_ cursor: StreamCursor) -> FollowedStream {
        FollowedStream(
            id: cursor.stream, next: cursor.next, fingerprint: cursor.fingerprint,
            silence: Silence(limit: idleTimeout, now: clock.now))
    }

    var socketCount: Int { 1 + replayClients.count }

    func watch(in poller: inout Poller) {
        _ = poller.add(socket)
        for client in replayClients { _ = poller.add(client.socket) }
    }

    var hasEnded: Bool { !hasForeign && !streams.isEmpty && streams.allSatisfy { $0.cursor.phase == .ended } }

    /// How long nothing needs to be done unless something comes.
    var timeToDeadline: Duration? {
        let answers = replayClients.compactMap(\.timeToDeadline)
        let silences = streams.filter { $0.cursor.phase != .ended }.compactMap(\.silence.timeToLimit)
        let foreign = hasForeign ? foreignSilence.timeToLimit : nil
        return (answers + silences + (foreign.map { [$0] } ?? [])).min()
    }

    // MARK: Taking

    /// Takes what has arrived, and asks for what is missing. Never blocks.
    func take(into deliveries: inout [Delivery]) throws(ZMQError) {
        for client in replayClients {
            if let stream = client.timeOut() { streams.last { $0.id == stream }?.cursor.timeOut() }
            while let answer = try client.receive() { take(answer, of: client, into: &deliveries) }
        }
        try takeLive(into: &deliveries)
        flush(into: &deliveries)
        if duplicates > 0 { deliveries.append(.duplicates(duplicates)) }
        duplicates = 0
        for stream in streams { stream.report(into: &deliveries) }
        lookForSilence(into: &deliveries)
        try ask()
    }

    private func lookForSilence(into deliveries: inout [Delivery]) {
        let now = clock.now
        for stream in streams where stream.cursor.phase != .ended {
            if stream.silence.look(now, wasHeard: stream.wasHeard) { deliveries.append(.idle(stream: stream.id)) }
            stream.wasHeard = false
        }
        if hasForeign {
            if foreignSilence.look(now, wasHeard: foreignWasHeard) { deliveries.append(.idle(stream: endpoint)) }
            foreignWasHeard = false
        }
    }

    private func takeLive(into deliveries: inout [Delivery]) throws(ZMQError) {
        for _ in 0..<Self.recordsPerTurn {
            guard try socket.receive(into: &topic) else { return }
            var frames = 1
            if topic.hasMore, try socket.receive(into: &payload) {
                frames = 2
                if payload.hasMore, try socket.receive(into: &position) {
                    frames = 3
                    // A message of more than three frames isn't of this protocol; the rest of it is passed over.
                    while position.hasMore, try socket.receive(into: &position) { frames += 1 }
                }
            }
            takeMessage(frames, into: &deliveries)
            if builder.size >= Self.batchBytes { flush(into: &deliveries) }
        }
    }

    private func takeMessage(_ frames: Int, into deliveries: inout [Delivery]) {
        switch frames {
        case 1: takeForeign(&topic, into: &deliveries)
        case 2: takeForeign(&payload, into: &deliveries)
        case 3 where position.count == 0:
            if topic.bytes.elementsEqual(Topic.control.utf8), let control = Control(json: payload.bytes) {
                flush(into: &deliveries)
                take(control, into: &deliveries)
            }
        case 3:
            // A position that can't be read is a stranger's third frame.
            if !takeNumbered(into: &deliveries) { takeForeign(&payload, into: &deliveries) }
        default: takeForeign(&payload, into: &deliveries)
        }
    }

    /// The hot path: a record with its number.
    private func takeNumbered(into deliveries: inout [Delivery]) -> Bool {
        let found: (FollowedStream, UInt64)? = position.withBytes { bytes in
            guard let sequence = Position.sequence(bytes) else { return nil }
            let id = Position.stream(bytes)
            if let stream = streams.last(where: { $0.hasID(id) }) { return (stream, sequence) }
            guard id.count <= Position.streamLimit, let name = String(validating: id, as: UTF8.self) else { return nil }
            let next = startingPoint(first: 1, next: sequence)
            return (begin(name, next: next, into: &deliveries), sequence)
        }
        guard let (stream, sequence) = found else { return false }
        // It comes again by replay, when the stream is known to be the right one.
        guard stream.isVerified else { return true }
        stream.wasHeard = true
        if !stream.isAnnounced { announce(stream, into: &deliveries) }
        switch stream.cursor.receive(live: sequence) {
        case .take: break
        case .duplicate:
            duplicates += 1
            return true
        case .ahead: return true
        }
        if !builder.continues(stream.id, sequence) {
            flush(into: &deliveries)
            builder.begin(stream.id, sequence)
        }
        payload.withBytes { builder.append($0) }
        return true
    }

    private func takeForeign(_ frame: inout Frame, into deliveries: inout [Delivery]) {
        if !hasForeign {
            hasForeign = true
            deliveries.append(.foreign(stream: endpoint))
        }
        if !builder.continues(endpoint, foreignNext) {
            flush(into: &deliveries)
            builder.begin(endpoint, foreignNext)
        }
        frame.withBytes { builder.append($0) }
        foreignNext += 1
        foreignWasHeard = true
    }

    private func take(_ control: Control, into deliveries: inout [Delivery]) {
        // A stream that had ended, and has more now, is a publisher's that came back with more of it.
        if let index = streams.lastIndex(where: { $0.id == control.stream }),
            case let ended = streams[index], ended.cursor.phase == .ended && control.next > ended.cursor.next
        {
            leave(at: index)
        }
        let stream =
            streams.last { $0.id == control.stream }
            ?? begin(
                control.stream, next: startingPoint(first: control.first, next: control.next), into: &deliveries)
        stream.take(control, connectedTo: endpoint, into: &deliveries)
        if stream.isVerified && !stream.isAnnounced { announce(stream, into: &deliveries) }
        // Whoever publishes here now can say what has become of those that were left.
        for other in streams where other.replayEndpoint == nil { other.replayEndpoint = stream.replayEndpoint }
    }

    private func announce(_ stream: FollowedStream, into deliveries: inout [Delivery]) {
        stream.isAnnounced = true
        deliveries.append(.began(stream: stream.id, endpoint: endpoint))
    }

    private func take(_ answer: ReplayAnswer, of client: ReplayClient, into deliveries: inout [Delivery]) {
        switch answer {
        case .batch(let id, let first, let published, _):
            withStream(id) { stream in
                client.withRecords {
                    stream.take($0, first: first, next: published, builder: &builder, into: &deliveries)
                }
            }
        case .nothing(let id, let published): withStream(id) { $0.cursor.receiveNothing(next: published) }
        case .gone(let id, let kept):
            withStream(id) { stream in
                let lost = stream.cursor.receiveGone(firstKept: kept)
                if lost > 0 { deliveries.append(.lost(stream: id, count: lost)) }
            }
        case .unknown(let id):
            withStream(id) { stream in
                guard stream.cursor.phase != .ended else { return }
                let lost = stream.cursor.receiveUnknown()
                if lost > 0 { deliveries.append(.lost(stream: id, count: lost)) }
                stream.hasVanished = true
            }
        case .other(let id): withStream(id) { $0.doubt() }
        }
    }

    private func flush(into deliveries: inout [Delivery]) {
        if !builder.isEmpty { deliveries.append(.records(builder.finish())) }
    }

    private func startingPoint(first: UInt64, next: UInt64) -> UInt64 {
        switch start {
        case .beginning: 1
        case .now: next
        case .sequence(let sequence): max(1, sequence)
        }
    }

    private func begin(_ id: String, next: UInt64, into deliveries: inout [Delivery]) -> FollowedStream {
        var cursor = StreamCursor(stream: id, endpoint: endpoint, next: next)
        if let left = leftAt.lastIndex(where: { $0.stream == id }) { cursor = leftAt.remove(at: left) }
        let stream = followed(cursor)
        // A daemon sees a stream for each run of a producer: those long done with are forgotten, the oldest first.
        if streams.count >= Self.streamsRemembered, let done = streams.firstIndex(where: { $0.cursor.phase == .ended })
        {
            leave(at: done)
        }
        for earlier in streams { earlier.cursor.suspect() }
        streams.append(stream)
        if stream.isVerified { announce(stream, into: &deliveries) }
        return stream
    }

    /// Keeps of a stream that isn't followed for now how far it was taken.
    private func leave(at index: Int) {
        let stream = streams.remove(at: index)
        leftAt.append(
            StreamCursor(
                stream: stream.id, endpoint: endpoint, next: stream.cursor.next, fingerprint: stream.fingerprint))
        if leftAt.count > Self.cursorsRemembered { leftAt.removeFirst() }
    }

    private func withStream(_ id: String, _ body: (FollowedStream) -> Void) {
        guard let stream = streams.last(where: { $0.id == id }) else { return }
        stream.wasHeard = true
        body(stream)
    }

    // MARK: Asking

    /// Sends the questions that cursors have, and says which live records are of use.
    private func ask() throws(ZMQError) {
        for stream in streams where stream.cursor.phase == .catchingUp && stream.isVerified {
            guard let endpoint = stream.replayEndpoint else { continue }
            let client = try replayClient(for: endpoint)
            guard client.asking == nil, let sequence = stream.cursor.question() else { continue }
            try client.ask(stream.id, from: sequence, fingerprint: stream.fingerprint)
        }
        // Where no stream is open, whatever comes is wanted: it may be a stranger's.
        let open = streams.filter { $0.cursor.phase != .ended }
        try setSubscribedToRecords(open.isEmpty || open.contains { $0.cursor.wantsRecords })
    }

    private func setSubscribedToRecords(_ wanted: Bool) throws(ZMQError) {
        guard wanted != isSubscribedToRecords else { return }
        isSubscribedToRecords = wanted
        if wanted { try socket.subscribe(to: "") } else { try socket.unsubscribe(from: "") }
    }

    private func replayClient(for endpoint: String) throws(ZMQError) -> ReplayClient {
        if let client = replayClients.first(where: { $0.endpoint == endpoint }) { return client }
        let client = try ReplayClient(endpoint: endpoint, routingID: routingID, in: context)
        replayClients.append(client)
        return client
    }

    func acknowledgeAll() throws(ZMQError) {
        for stream in streams where !stream.hasVanished { try acknowledgeEnd(of: stream.id) }
    }

    func acknowledgeEnd(of id: String) throws(ZMQError) {
        guard let stream = streams.last(where: { $0.id == id }), let endpoint = stream.replayEndpoint else { return }
        try replayClient(for: endpoint).send(.end(stream: id))
        stream.isAcknowledged = true
    }

    func hold() throws(ZMQError) {
        for stream in streams where !stream.isAcknowledged && !stream.hasVanished {
            if let endpoint = stream.replayEndpoint { try replayClient(for: endpoint).send(.hold(stream: stream.id)) }
        }
    }
}
