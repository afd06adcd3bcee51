/// From deliveries to text.
import Bytes
import Common
import Feed
import Logging
import Records

/// Chooses and formats records. It does no I/O but logging.
struct Show {
    private let status: StatusBoard?
    /// The number behind the last record that was shown or passed over.
    private(set) var next: UInt64

    private let options: ShowOptions
    private let isOnTerminal: Bool
    private var peers: PeerLog
    private let printer = PrettyPrinter.forStandardOutput()
    private(set) var counts = ShowCounts()
    private var completeStreams: Set<String> = []
    private var openStreams: Set<String> = []
    private var silentEndpoints: Set<String>
    private var tokenLine = TokenLine()

    /// - Parameter status: what is told of answers under way; nil: nobody wants to know.
    init(
        _ options: ShowOptions, status: StatusBoard? = nil, isOnTerminal: Bool = StandardOutput.isTerminal,
        logger: Logger
    ) {
        self.options = options
        self.isOnTerminal = isOnTerminal
        self.status = status
        next = if case .sequence(let number) = options.start { number } else { 0 }
        silentEndpoints = Set(options.endpoints)
        peers = PeerLog(logger)
    }

    /// Whether every workspace has said that everything that could come out so far is out, and all of it is here.
    var isComplete: Bool { silentEndpoints.isEmpty && openStreams.isSubset(of: completeStreams) }

    /// What a delivery puts on the screen.
    mutating func show(_ delivery: Delivery) -> [UInt8] {
        switch delivery {
        case .began(let stream, let endpoint):
            openStreams.insert(stream)
            tokenLine.forget()
            status?.forget()
            silentEndpoints.remove(endpoint)
        case .records(let lines):
            completeStreams.remove(lines.stream)
            next = lines.first.plus(UInt64(lines.count))
            return text(of: lines)
        case .lost(_, let count):
            counts.lost = counts.lost.plus(count)
            peers.log(.warning, "\(count) records are no longer kept and can't be shown")
        case .caughtUp(let stream, let isComplete):
            if isComplete { completeStreams.insert(stream) } else { completeStreams.remove(stream) }
        case .vanished(let stream): openStreams.remove(stream)
        case .refused(let stream, _, let reason):
            openStreams.remove(stream)
            peers.log(.error, "\(stream) isn't the stream that it was: \(reason). Nothing is taken from it")
        case .ignored(let endpoint, let problem): peers.log(.error, "\(endpoint): \(problem)")
        case .duplicates, .time, .idle, .ended, .foreign, .recognized: break
        }
        return []
    }

    private mutating func text(of lines: LineBatch) -> [UInt8] {
        if options.isJSON && options.session == nil && status == nil {
            counts.shown += lines.count
            return printed(lines.withLines { Array($0) } + [UInt8(ascii: "\n")])
        }
        var text: [UInt8] = []
        lines.forEachLine { sequence, line in
            do {
                let json = Array(line)
                let record = try WorkspaceRecord(json: json)
                if let session = options.session, record.sessionID?.isSame(as: session) != true {
                    counts.passedOver += 1
                    return
                }
                counts.shown += 1
                if let status, case .entry(let entry) = record { status.isOut(entry.id) }
                if options.unfinished == .text { text += makeRoom(for: record) }
                text += options.isJSON ? printed(json + [UInt8(ascii: "\n")]) : Array(printer.text(record).utf8)
            } catch {
                counts.passedOver += 1
                peers.log(.warning, "Record \(sequence) of \(lines.stream) can't be read as one of this release's")
                peers.log(.debug, "\(error)")
            }
        }
        return text
    }

    /// JSON as it is printed: nobody's may drive a terminal.
    private func printed(_ json: [UInt8]) -> [UInt8] { isOnTerminal ? terminalSafeJSON(json) : json }

    // MARK: Answers that are being written

    /// What a piece of an answer puts on the screen.
    mutating func show(token payload: [UInt8]) -> [UInt8] {
        do {
            let token = try Token(json: payload)
            if let session = options.session, !token.sessionID.isSame(as: session) { return [] }
            if let status {
                status.token(token)
                return []
            }
            guard options.isJSON else { return Array(tokenLine.text(of: token).utf8) }
            let lineFeed = UInt8(ascii: "\n")
            // Between the tokens of JSON, the only place for one, a line feed means what a space does.
            return printed(payload.map { $0 == lineFeed ? UInt8(ascii: " ") : $0 } + [lineFeed])
        } catch {
            peers.log(.warning, "A piece of an answer can't be read as one of this release's")
            peers.log(.debug, "\(error)")
            return []
        }
    }

    /// A question is under way.
    mutating func note(asked payload: [UInt8]) {
        do {
            let asked = try Asked(json: payload)
            if options.session?.isSame(as: asked.sessionID) ?? true { status?.asked(asked) }
        } catch {
            peers.log(.warning, "A question under way can't be read as one of this release's")
        }
    }

    /// What has to be said and printed at the end.
    mutating func end() -> [UInt8] {
        peers.sayWhatWasLeftOut()
        return endLine()
    }

    /// What has to be printed before anything else may be.
    private mutating func endLine() -> [UInt8] { Array(tokenLine.end().utf8) }

    private mutating func makeRoom(for record: WorkspaceRecord) -> [UInt8] {
        if case .entry(let entry) = record { tokenLine.isOut(entry.id) }
        return endLine()
    }
}
