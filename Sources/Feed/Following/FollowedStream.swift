/// One stream that is followed.

/// A cursor with what belongs to it: where to ask, and what the publisher last said.
final class FollowedStream {
    let id: String
    private let idBytes: [UInt8]
    var cursor: Cursor
    /// Where to ask, once the publisher has said so.
    var replayEndpoint: String?
    var hasVanished = false
    /// The first record's, once it is known.
    private(set) var fingerprint: String?
    /// Whether what is published under this name is known to be this stream. Until then nothing is taken.
    private(set) var isVerified: Bool
    private var refusal: String?
    /// That there is this stream has been reported.
    var isAnnounced = false
    /// Something has come since the last look at ``silence``.
    var wasHeard = true
    var silence: Silence
    private var isEndReported = false
    /// The publisher has been told that the end has arrived, and needn't wait for this follower any more.
    var isAcknowledged = false
    /// Control that doesn't hold here yet, because records before it are still to come.
    private var pendingControl: Control?

    init(id: String, next: UInt64, fingerprint: String?, silence: Silence) {
        self.id = id
        self.silence = silence
        idBytes = Array(id.utf8)
        cursor = Cursor(next: next)
        self.fingerprint = fingerprint
        isVerified = fingerprint == nil
    }

    @inline(__always)
    func hasID(_ bytes: UnsafeRawBufferPointer) -> Bool {
        bytes.count == idBytes.count && bytes.elementsEqual(idBytes)
    }

    /// What the publisher says of itself. Its time is kept until everything before it has been delivered.
    func take(_ control: Control, connectedTo endpoint: String, into deliveries: inout [Delivery]) {
        guard verify(control, from: endpoint, into: &deliveries) else { return }
        wasHeard = true
        replayEndpoint = Self.reachable(control.replay, from: endpoint)
        cursor.receive(control: control.next, ended: control.ended)
        pendingControl = control
    }

    /// Finds out whether the publisher's stream is this one: somebody may have published another file under the same name.
    private func verify(_ control: Control, from endpoint: String, into deliveries: inout [Delivery]) -> Bool {
        var problem: String?
        if let published = control.fingerprint {
            if let fingerprint {
                if published != fingerprint { problem = "its first record isn't what it was" }
            } else {
                fingerprint = published
                deliveries.append(.recognized(stream: id, fingerprint: published))
            }
        } else if fingerprint != nil && control.next == 1 {
            // Nothing has been published yet.
            isVerified = false
            return false
        }
        if control.ended && control.next < cursor.next {
            problem =
                problem ?? "it has ended with record \(control.next - 1), and \(cursor.next - 1) were there before"
        }
        isVerified = problem == nil
        if let problem, problem != refusal {
            deliveries.append(.refused(stream: id, endpoint: endpoint, reason: problem))
        }
        if problem == nil && refusal != nil { isAnnounced = false }
        refusal = problem
        return isVerified
    }

    /// A question has reached the publisher of another stream of this name, before its control did: nothing is taken until
    /// control says who publishes now.
    func doubt() {
        isVerified = false
        cursor.timeOut()
    }

    /// A batch of records from replay, joined by line feeds.
    func take(
        _ lines: UnsafeRawBufferPointer, first: UInt64, next published: UInt64, builder: inout LineBatchBuilder,
        into deliveries: inout [Delivery]
    ) {
        let count = UInt64(lines.lineFeeds + 1)
        let new = cursor.receive(batch: first, count: count, next: published)
        guard !new.isEmpty else { return }
        var lines = lines
        for _ in first..<new.lowerBound {
            guard let length = lines.firstIndexOfLineFeed else { break }
            lines = UnsafeRawBufferPointer(rebasing: lines[(length + 1)...])
        }
        builder.begin(id, new.lowerBound)
        builder.append(joined: lines, count: new.count)
        deliveries.append(.records(builder.finish()))
    }

    /// Says what has come true since the last call: time reached, level with the publisher, ended.
    func report(into deliveries: inout [Delivery]) {
        if let control = pendingControl, cursor.hasReached(control.next) {
            pendingControl = nil
            if let time = control.eventTime { deliveries.append(.time(stream: id, milliseconds: time)) }
            deliveries.append(.caughtUp(stream: id, complete: control.complete ?? false))
        }
        guard cursor.phase == .ended, !isEndReported else { return }
        isEndReported = true
        deliveries.append(hasVanished ? .vanished(stream: id) : .ended(stream: id))
    }

    /// A publisher bound to all addresses names none that can be connected to: it is reached where its records come
    /// from.
    static func reachable(_ replay: String, from endpoint: String) -> String {
        for wildcard in ["tcp://0.0.0.0:", "tcp://*:", "tcp://[::]:"] where replay.hasPrefix(wildcard) {
            guard endpoint.hasPrefix("tcp://"), let colon = endpoint.lastIndex(of: ":") else { return replay }
            return endpoint[..<colon] + ":" + replay.dropFirst(wildcard.count)
        }
        return replay
    }
}
