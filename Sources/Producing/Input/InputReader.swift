/// The input line by line, also where it goes on in another file.
import Common
import Logging

/// Reads an input from its beginning, and remembers for replay what has been published of it.
struct InputReader: ~Copyable {
    enum Item {
        /// A line as it is published, valid until the next call.
        case line(UnsafeRawBufferPointer, offset: Int)
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
    private let logger: Logger
    /// What has been published.
    var log: InputLog

    init(_ input: InputFile, rules: LineRules, logger: Logger) {
        self.input = input
        self.rules = rules
        self.logger = logger
        scanner = LineScanner(
            descriptor: input.descriptor, offset: input.offset, isStart: true, rules: rules)
        log = InputLog(input, rules: rules)
    }

    /// The line that was read last as it stands in the file; nil where that is what is published.
    var original: UnsafeRawBufferPointer? { scanner.original }

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
            case .line(let line): return .line(line, offset: offset)
            case .tooLong(let line, let bytes): return .tooLong(line: line, bytes: bytes)
            case .nothing:
                if let next = successor {
                    goOn(in: next, keepingEarlier: true)
                    continue
                }
                if isComplete { return .end }
                switch input.change(readTo: scanner.readEnd) {
                case .none: return .nothing
                case .replaced(let next):
                    logger.info("Another file has taken the input's place: going on there when this one is read")
                    // What stands behind the last line feed here is a line, too.
                    successor = next
                case .truncated:
                    logger.warning(
                        "The input has become shorter: reading it from its beginning. Its first \(log.next - 1) lines can't be sent again"
                    )
                    goOn(in: try input.fromItsBeginning(), keepingEarlier: false)
                }
            }
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

    private mutating func goOn(in next: InputFile, keepingEarlier: Bool) {
        log.goOn(in: next, keepingEarlier: keepingEarlier)
        scanner = LineScanner(
            descriptor: next.descriptor, offset: next.offset, isStart: true, rules: rules)
        input = next
        successor = nil
    }
}
