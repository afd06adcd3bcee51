/// The input line by line, also where it goes on in another file.
import Common
import Logging

/// Reads an input from its beginning, and remembers for replay what has been published of it.
struct InputReader: ~Copyable {
    enum Item {
        /// A line, in ``InputReader/bytes(_:)`` until the next call.
        case line(Range<Int>, offset: Int)
        case tooLong(line: Int, bytes: Int)
        /// Nothing more is there yet.
        case nothing
        /// Nothing more will come.
        case end
    }

    private var input: InputFile
    private let maxLineBytes: Int
    private var scanner: LineScanner
    /// Where the input goes on, once this file has been read to its end.
    private var successor: InputFile?
    private let logger: Logger
    /// What has been published.
    var log: InputLog

    init(_ input: InputFile, maxLineBytes: Int, logger: Logger) {
        self.input = input
        self.maxLineBytes = maxLineBytes
        self.logger = logger
        scanner = LineScanner(
            descriptor: input.descriptor, offset: input.offset, isStart: true, maxLineBytes: maxLineBytes)
        log = InputLog(input, maxLineBytes: maxLineBytes)
    }

    /// Whether somebody may still be writing.
    var isLive: Bool { input.isLive }

    /// Whether the input goes on in another file.
    var isGoingOn: Bool { successor != nil }

    /// Whether nothing will be added to the file that is being read.
    func isComplete() throws(ExitStatus) -> Bool { try input.isComplete() || successor != nil }

    /// The bytes of a line.
    func bytes(_ range: Range<Int>) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: scanner.bytes[range])
    }

    /// The next line.
    ///
    /// - Throws: ``ExitStatus`` when the input can't be read.
    mutating func next() throws(ExitStatus) -> Item {
        while true {
            let isComplete = try isComplete()
            let offset = scanner.offset
            switch try scanner.next(isComplete: isComplete) {
            case .line(let range): return .line(range, offset: offset)
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
            descriptor: input.descriptor, offset: scanner.offset, isStart: false, maxLineBytes: maxLineBytes)
    }

    /// Begins to look at records that aren't published yet.
    ///
    /// - Parameter offset: of the record that will be published next, where that has been read already.
    func lookahead(from offset: Int?) -> Lookahead {
        Lookahead(input, from: offset ?? scanner.offset, next: log.next, maxLineBytes: maxLineBytes)
    }

    /// Whether `lookahead` looks at the file that is being read.
    func isReading(_ lookahead: Lookahead) -> Bool { lookahead.input === input }

    private mutating func goOn(in next: InputFile, keepingEarlier: Bool) {
        log.goOn(in: next, keepingEarlier: keepingEarlier)
        scanner = LineScanner(
            descriptor: next.descriptor, offset: next.offset, isStart: true, maxLineBytes: maxLineBytes)
        input = next
        successor = nil
    }
}
