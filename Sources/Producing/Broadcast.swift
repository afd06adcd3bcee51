/// The producer's work: read, pace, publish, replay.
import Chat
import Common
import Feed
import Foundation
import Logging
import Synchronization
import Threads

/// Publishes one input from its first line to its end, then stays until every follower has it.
///
/// Made and run on one thread, which owns both sockets. A value that can't be copied: the compiler knows that nobody else
/// changes it, and checks nothing at each line.
struct Broadcast: ~Copyable {
    /// Lines published in one go before requests are answered again.
    private static let linesPerTurn = 256

    /// Lines read in one go on the way to where followers are.
    private static let linesSkippedPerTurn = 10_000

    private let publisher: Publisher
    private let stop: StopSignal
    private let board: BroadcastBoard
    private let progress: StageProgress
    private let logger: Logger
    /// What the input can cause to be logged.
    private var lines: PeerLog
    private let options: BroadcastOptions
    private let began = ContinuousClock.now
    private let decoder = MessageDecoder()
    private var reader: InputReader
    private var pacer: Pacer
    private var topic: [UInt8] = []
    private var counts = Counts()
    private var firstLines: FirstLines
    /// The line that waits for its time.
    private var waiting: Line?
    /// What is looked at to see whether followers tell the truth who say to be further than this.
    private var lookahead: Lookahead?
    /// Up to this number followers have everything: that has been proven.
    private var goal: UInt64 = 1

    private struct Line {
        /// Valid until the next is read.
        let bytes: UnsafeRawBufferPointer
        /// Where it was found in the file.
        let place: Range<Int>
        /// nil: the line isn't a message.
        let timestamp: Timestamp?
        /// The decoder's view, valid until it reads another line; nil: decode it again.
        var session: UnsafeRawBufferPointer?
        /// Its time is far ahead, and the line behind it denies it: it isn't waited for.
        var isMistaken = false
    }

    /// - Parameters:
    ///   - board: told how far it is.
    ///   - progress: where each turn is noted.
    init(
        _ input: InputFile, publisher: Publisher, options: BroadcastOptions, stop: StopSignal, board: BroadcastBoard,
        progress: StageProgress, logger: Logger
    ) {
        self.options = options
        self.board = board
        self.progress = progress
        firstLines = FirstLines(of: options.inputFile == "-" ? "standard input" : options.inputFile)
        self.publisher = publisher
        self.stop = stop
        self.logger = logger
        lines = PeerLog(logger)
        reader = InputReader(
            input, rules: LineRules(maxLineBytes: options.maxLineBytes, mapping: options.mapping), logger: logger)
        pacer = Pacer(speed: options.speed)
        publisher.speed = options.speed
        // A name that nobody else has had is nobody's who is further.
        if options.stream != nil { publisher.claims = Claims() }
        publisher.watch(descriptor: stop.wakeup.descriptor)
        if let descriptor = reader.followed?.descriptor { publisher.watch(descriptor: descriptor) }
    }

    /// Runs until the stream has ended and everybody has it, or until asked to stop.
    ///
    /// - Returns: what was published.
    /// - Throws: ``ExitStatus`` when the input can't be read, `ZMQError` when a socket fails.
    mutating func run() throws -> Counts {
        while !stop.isSet {
            progress.note()
            let hasLooked = try publisher.endedAt != nil || lookAhead()
            let isIdle = try publisher.endedAt != nil || (skipToFollowers() && publishDue())
            publisher.eventTime = reachedTime?.milliseconds
            let isServed = try publisher.serve(&reader.log)
            for notice in publisher.takeNotices() { logger.log(level: notice.isNews ? .info : .warning, "\(notice)") }
            // Not before what has come is served: this process may have been stopped for long.
            if publisher.isReleased { break }
            let waits = hasLooked && isIdle && isServed
            board.note(isLast: waits) { reading }
            if waits { try wait() }
        }
        try publisher.serve(&reader.log)
        lines.sayWhatWasLeftOut()
        return counts
    }

    /// Looks whether followers tell the truth who say to be further than this producer, a turn's worth at most. What is due is
    /// published meanwhile.
    ///
    /// - Returns: whether there is nothing to look at.
    private mutating func lookAhead() throws -> Bool {
        guard goal <= reader.log.next,
            let number = publisher.claims?.wanted(next: reader.log.next, fingerprint: publisher.fingerprint)
        else { return true }
        if let ahead = lookahead, ahead.next > number || ahead.next < reader.log.next || !reader.isReading(ahead) {
            lookahead = nil
        }
        // The line that waits has been read, and isn't published.
        if lookahead == nil { lookahead = reader.lookahead(from: waiting?.place.lowerBound) }
        let isComplete = try reader.isComplete()
        switch try lookahead?.look(for: number, isComplete: isComplete) {
        case .found(let fingerprint):
            if let goal = publisher.claims?.found(fingerprint, at: number) { self.goal = goal }
        case .missing(let next):
            // A file that is followed may grow, and a pipe go on.
            let end = isComplete && !reader.isGoingOn ? next : nil
            publisher.claims?.missing(from: number, end: end)
        case .unfinished, nil: break
        }
        return false
    }

    /// Whoever restarts a stream of a fixed name goes on where its followers are: what they have already is read, but neither
    /// waited for nor sent once more.
    ///
    /// - Returns: whether all of it has been read.
    private mutating func skipToFollowers() throws -> Bool {
        guard goal > reader.log.next else { return true }
        let now = elapsed
        for _ in 0..<Self.linesSkippedPerTurn {
            guard var line = try waiting ?? nextLine() else {
                // It was there a moment ago: the file has been cut off. What comes now is something else.
                goal = reader.log.next
                return true
            }
            waiting = nil
            line.isMistaken = try isDenied(line)
            note(line, now)
            if reader.log.next == goal {
                pacer.goOn(now: now)
                logger.info("Going on at line \(goal), where followers are")
                return true
            }
        }
        return false
    }

    /// Publishes what is due, a turn's worth at most.
    ///
    /// - Returns: whether there was less than that.
    private mutating func publishDue() throws -> Bool {
        let hasSubscribers = publisher.hasSubscribers(to: Topic.message)
        var now = elapsed
        for _ in 0..<Self.linesPerTurn {
            // At full speed everything is due, whatever the time is.
            if pacer.speed > 0 { now = elapsed }
            guard var line = try waiting ?? nextLine() else { return true }
            if let time = line.timestamp, pacer.due(time, now: now) > now {
                // Decoding it again is cheaper than keeping it.
                line.session = nil
                waiting = line
                // Sent now, so that it doesn't keep the others; what its time is worth is for the consumer to say.
                line.isMistaken = try isDenied(line)
                guard line.isMistaken else { return true }
            }
            waiting = nil
            try publish(line, toSubscribers: hasSubscribers, now)
        }
        return false
    }

    private mutating func publish(_ line: Line, toSubscribers: Bool, _ now: Duration) throws {
        if toSubscribers {
            let payload = line.bytes
            let session = line.session ?? (try? decoder.decode(payload))?.sessionID
            Topic.write("message/", session ?? UnsafeRawBufferPointer(start: nil, count: 0), to: &topic)
            try topic.withUnsafeBytes { try publisher.publish(topic: $0, payload: payload, sequence: reader.log.next) }
        }
        note(line, now)
    }

    /// A line has been published, or needn't be any more.
    private mutating func note(_ line: Line, _ now: Duration) {
        if reader.log.next == 1 { publisher.fingerprint = Fingerprint.of(line.bytes) }
        reader.log.append(line.bytes, place: line.place)
        counts.published += 1
        if let timestamp = line.timestamp {
            if !line.isMistaken { pacer.published(timestamp, now: now) }
        } else {
            counts.unreadable += 1
        }
    }

    /// Reads the next line; nil when there is none, now or ever.
    private mutating func nextLine() throws -> Line? {
        while true {
            switch try reader.next() {
            case .line(let bytes, let place):
                // What isn't a message is published as it stands, in its place; the consumer says what is wrong with it.
                do throws(Rejection) {
                    let message = try decoder.decode(bytes)
                    _ = firstLines.note(bytes, nil)
                    return Line(
                        bytes: bytes, place: place, timestamp: message.timestamp, session: message.sessionID)
                } catch {
                    if let warning = firstLines.note(reader.original ?? bytes, error) { logger.warning("\(warning)") }
                    return Line(bytes: bytes, place: place, timestamp: nil)
                }
            case .tooLong(let line, let bytes):
                counts.tooLong += 1
                lines.log(
                    .warning,
                    "Line \(line) has \(bytes) bytes, over the limit of \(options.maxLineBytes): not sent (see --max-line-bytes)"
                )
            case .nothing: return nil
            case .end:
                if let warning = firstLines.end() { logger.warning("\(warning)") }
                if reader.zerosAtEnd > 0 {
                    logger.warning(
                        "\(reader.zerosAtEnd) bytes of zeros at the end of the input are no lines: a crash leaves them")
                }
                publisher.end()
                logger.info("Stream has ended: \(reader.log.next - 1) lines")
                return nil
            }
        }
    }

    /// Whether the time of a line that is far ahead is denied by the next: that behind it goes on where the others are. A day
    /// without a message looks the same until the next line is there.
    private mutating func isDenied(_ line: Line) throws -> Bool {
        guard let time = line.timestamp, pacer.isLeap(time) else { return false }
        var ahead = reader.ahead()
        while true {
            switch try ahead.next(isComplete: try reader.isComplete()) {
            case .nothing, .changed: return false
            case .tooLong: continue
            case .line(let bytes):
                guard let next = try? decoder.decode(bytes) else { continue }
                guard pacer.isDenied(time, by: next.timestamp) else { return false }
                lines.log(
                    .warning,
                    "A line's time, \(time), is far ahead of the next one's, \(next.timestamp): not waited for")
                return true
            }
        }
    }

    private var reading: BroadcastReading {
        BroadcastReading(
            counts: counts, eventTime: reachedTime, hasEnded: publisher.endedAt != nil, feed: publisher.figures)
    }

    /// Real time since the broadcast began.
    private var elapsed: Duration { ContinuousClock.now - began }

    /// How far event time has come: what control tells followers.
    private var reachedTime: Timestamp? {
        if let next = waiting?.timestamp { return pacer.reached(before: next, now: elapsed) }
        return reader.isLive && publisher.endedAt == nil
            ? pacer.reached(now: elapsed) : pacer.reached(before: .distantPast, now: elapsed)
    }

    /// Blocks until a line is due, control is, or somebody asks.
    private mutating func wait() throws {
        var patience = publisher.patience
        if let time = waiting?.timestamp {
            let now = elapsed
            patience = min(patience, pacer.due(time, now: now) - now)
        }
        // zmq_poll counts in milliseconds; rounding down, and sleeping the rest of the last one, keeps messages from
        // leaving late.
        progress.idle()
        let milliseconds = max(0, patience.milliseconds)
        if milliseconds > 0 {
            try publisher.wait(milliseconds: milliseconds)
        } else if patience > .zero {
            var rest = timespec(tv_sec: 0, tv_nsec: Int(patience.components.attoseconds / 1_000_000_000))
            nanosleep(&rest, nil)
        }
        stop.wakeup.clear()
        reader.followed?.clear()
    }
}
