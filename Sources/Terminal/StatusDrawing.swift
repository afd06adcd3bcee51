/// When the status line is drawn, and when it is erased.

/// The place below the last entry. Entries, the line and the time go in, bytes for the terminal come out.
struct StatusDrawing {
    /// From one drawing to the next, at least.
    static let interval = Duration.milliseconds(100)
    private static let erasure = "\r\u{1B}[K"

    private var isDrawn = false
    private var next: ContinuousClock.Instant?

    /// The columns that a line may take. The last one stays free: terminals disagree on where the cursor is behind it.
    static func room(of columns: Int) -> Int { max(0, columns - 1) }

    /// What to write so that the texts stand where the status line was, and it below them.
    ///
    /// - Parameter line: what it says now; nil where there is nothing to say.
    mutating func around(_ texts: [[UInt8]], _ line: String?, at now: ContinuousClock.Instant) -> [[UInt8]] {
        var pieces = texts
        if isDrawn && (line == nil || !texts.isEmpty) {
            pieces.insert(Array(Self.erasure.utf8), at: 0)
            isDrawn = false
        }
        if let line, next.map({ $0 <= now }) ?? true {
            // The cursor goes back to the beginning, so that a line of the log, which may go to the same terminal,
            // takes this one's place instead of standing behind it.
            pieces.append(Array("\r\(line)\u{1B}[K\r".utf8))
            isDrawn = true
            next = now + Self.interval
        }
        return pieces
    }
}
