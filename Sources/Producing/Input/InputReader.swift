/// The input line by line, also where it goes on in another file.
import Common
import Logging

/// Reads an input from its beginning, and remembers for replay what has been published of it.
struct InputReader: ~Copyable {
    enum Item {
        /// A line as it is published, valid until the next call; and where it was found.
        case line(UnsafeRawBufferPointer, place: Range<Int>)
        case tooLong(line: Int, bytes: Int)
        /// Nothing more is there yet.
        case nothing
        /// Nothing more will come.
        case end
    }

    private var input: InputFile
    private let rules: LineRules
    private var scanner: LineScanner
    /// Where the input goes on, once this file has been read to its end.
    private var successor: InputFile?
    /// The file before this one, and up to where it was read.
    private var previous: (input: InputFile, end: Int)?
    private let logger: Logger
    /// What has been published.
    var log: InputLog

    init(_ input: InputFile, rules: LineRules, logger: Logger) {
        self.input = input
        self.rules = rules
        self.logger = logger
        scanner = LineScanner(
            descriptor: input.descriptor, offset: input.offset, isStart: true, rules: rules)
        log = InputLog(input, rules: rules, logger: logger)
    }

    /// The line that was read last as it stands in the file; nil where that is what is published.
    var original: UnsafeRawBufferPointer? { scanner.original }

    /// What tells that the input has changed; nil where nobody can.
    var followed: FollowedName? { input.followed }

    /// So many zeros stand behind the last line.
    var zerosAtEnd: Int { scanner.mark.zeros }

    /// Whether somebody may still be writing.
    var isLive: Bool { input.isLive }

    /// Whether the input goes on in another file.
    var isGoingOn: Bool { successor != nil }

    /// Whether nothing will be added to the file that is being read.
    func isComplete() throws(ExitStatus) -> Bool { try input.isComplete() || successor != nil }

    /// The next line.
    ///
    /// - Throws: ``ExitStatus`` when the input can't be read.
    mutating func next() throws(ExitStatus) -> Item {
        while true {
            let isComplete = try isComplete()
            let offset = scanner.offset
            switch try scanner.next(isComplete: isComplete) {
            case .line(let line): return .line(line, place: offset..<scanner.offset)
            case .tooLong(let line, let bytes): return .tooLong(line: line, bytes: bytes)
            case .nothing:
                if let next = successor {
                    goOn(in: next, keepingEarlier: true)
                    continue
                }
                if isComplete {
                    guard !input.isCutOff(readTo: scanner.mark.end) else { throw Self.cutOff }
                    return .end
                }
                guard try hasChanged(isOther: false) else {
                    lookForMoreBefore()
                    return .nothing
                }
            case .changed: guard try hasChanged(isOther: true) else { throw Self.rewritten }
            }
        }
    }

    private static let cutOff = ExitStatus.inputOutput("The input has become shorter while it was being published.")
    static let rewritten = ExitStatus.inputOutput(
        "The input was written anew while it was being published: it doesn't have any more what was read.")

    /// Goes on where the input does, if something has become of its file.
    ///
    /// - Parameter isOther: it says something else by now.
    private mutating func hasChanged(isOther: Bool) throws(ExitStatus) -> Bool {
        switch input.change(readTo: scanner.mark, isOther: isOther) {
        case .none: return false
        case .replaced(let next, let missed):
            logger.info("Another file has taken the input's place: going on there when this one is read")
            say(missed)
            // What stands behind the last line feed here is a line, too.
            successor = next
        case .copied(let copy, let name):
            logger.info("The input was copied and cut off: the rest of it is read in \(name)")
            goOn(inCopy: copy)
        case .saved(let copy):
            logger.info("The input was saved anew, and says the same so far: going on there")
            goOn(inCopy: copy)
        case .rewritten:
            logger.warning(
                "The input has \(isOther ? "been written anew" : "become shorter"): reading it from its beginning. Its first \(log.next - 1) lines can't be sent again, and what was written behind them (behind \(scanner.mark.end) bytes) and not read before is missing"
            )
            goOn(in: try input.fromItsBeginning(), keepingEarlier: false)
        }
        return true
    }

    private mutating func goOn(inCopy copy: InputFile) {
        scanner.goOn(in: copy.descriptor)
        log.goOn(inCopy: copy)
        input = copy
    }

    private func say(_ missed: FollowedName.Missed) {
        if missed.hasSameLines {
            logger.warning(
                "The file that has the input's name now has lines of the one before, and is another: lines that are in both come again"
            )
        }
        if let (name, bytes) = missed.packed {
            logger.warning(
                "What was put away as \(name) (\(bytes) bytes, compressed) was not read before, and is missing")
        } else if missed.files > 0 {
            logger.warning(
                "\(missed.files) files had the input's name since the last look, and are gone: what was in them is missing"
            )
        }
    }

    /// The lines behind the one that was read last, without reading on.
    func ahead() -> LineScanner {
        LineScanner(
            descriptor: input.descriptor, offset: scanner.offset, isStart: false, rules: rules)
    }

    /// Begins to look at records that aren't published yet.
    ///
    /// - Parameter offset: of the record that will be published next, where that has been read already.
    func lookahead(from offset: Int?) -> Lookahead {
        Lookahead(input, from: offset ?? scanner.offset, next: log.next, rules: rules)
    }

    /// Whether `lookahead` looks at the file that is being read.
    func isReading(_ lookahead: Lookahead) -> Bool { lookahead.input === input }

    /// Whoever still writes to the file before this one writes in vain.
    private mutating func lookForMoreBefore() {
        guard let (file, end) = previous, let size = file.size, size > end else { return }
        logger.warning(
            "\(size - end) bytes were written to the file that had the input's name before, after it had been put away and read to its end: they are missing"
        )
        previous = (file, size)
    }

    private mutating func goOn(in next: InputFile, keepingEarlier: Bool) {
        previous = keepingEarlier ? (input, scanner.mark.readEnd) : nil
        log.goOn(in: next, keepingEarlier: keepingEarlier)
        scanner = LineScanner(
            descriptor: next.descriptor, offset: next.offset, isStart: true, rules: rules)
        input = next
        successor = nil
    }
}
