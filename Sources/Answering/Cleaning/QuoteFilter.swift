/// Answers in quotes.

/// Takes off quotes that stand around all of an answer; those around a part of it stay. What stands behind the opening one is
/// shown as it comes: mostly the closing one is the last thing that comes, and where it isn't the answer begins anew, with them.
/// Pure.
struct QuoteFilter: AnswerFilter {
    private enum State {
        /// Nothing but white space has come.
        case beginning
        /// What comes isn't in quotes.
        case plain
        /// All that has come is.
        case quoted(Quotes)
    }

    private var state = State.beginning
    /// All that has come, quotes included, while it may be in some.
    private var text = ""
    /// How many quotes of that kind are open.
    private var depth = 0
    /// White space, and quotes of which it isn't known yet whether they are the last thing.
    private var held = ""
    /// The last of these opens a quote, if anything follows.
    private var opensNext = false
    private var last: Unicode.Scalar = " "
    /// There is something within the quotes.
    private var hasContent = false
    private var hasShown = false

    mutating func append(_ pieces: [AnswerPiece]) -> [AnswerPiece] {
        var shown: [AnswerPiece] = []
        for piece in pieces {
            switch piece {
            case .token(let token): append(token, &shown)
            case .startOver:
                self = QuoteFilter()
                shown.append(.startOver)
            }
        }
        return shown
    }

    mutating func end(isCut: Bool) -> [AnswerPiece] {
        // Behind white space the last one closes all the same: « x », " x ".
        let open = opensNext ? depth - 2 : depth
        // Quotes with nothing in them are none that say anything, and where there was no more room the closing one is missing.
        guard case .quoted = state, open > 0, hasContent, !isCut else { return [] }
        return [.startOver, .token(text)]
    }

    private mutating func append(_ token: String, _ pieces: inout [AnswerPiece]) {
        var shown = ""
        for scalar in token.unicodeScalars {
            switch state {
            case .plain: shown.unicodeScalars.append(scalar)
            case .beginning:
                if let quotes = Quotes.opened(by: scalar) {
                    state = .quoted(quotes)
                    depth = 1
                    text.unicodeScalars.append(scalar)
                } else {
                    if !scalar.properties.isWhitespace { state = .plain }
                    shown.unicodeScalars.append(scalar)
                }
            case .quoted(let quotes):
                text.unicodeScalars.append(scalar)
                guard !read(scalar, quotes, &shown) else { break }
                state = .plain
                if hasShown { pieces.append(.startOver) }
                shown = text
                text = ""
            }
            last = scalar
        }
        guard !shown.isEmpty else { return }
        pieces.append(.token(shown))
        hasShown = true
    }

    /// Reads on within quotes.
    ///
    /// - Returns: whether all may still be within them.
    private mutating func read(_ scalar: Unicode.Scalar, _ quotes: Quotes, _ shown: inout String) -> Bool {
        if depth == 0 && !scalar.properties.isWhitespace {
            // An apostrophe stands within a word.
            guard quotes.isSingle, quotes.closing.contains(last), scalar.isOfWord else { return false }
            depth = 1
        }
        if scalar.properties.isWhitespace {
            if hasContent || !held.isEmpty { held.unicodeScalars.append(scalar) }
            return true
        }
        let mayClose = quotes.closing.contains(scalar)
        let isOpening = scalar == quotes.opening && (!mayClose || !isBehindText)
        if isOpening { depth += 1 } else if mayClose { depth -= 1 }
        opensNext = isOpening && mayClose
        held.unicodeScalars.append(scalar)
        let isQuote = isOpening || mayClose
        hasContent = hasContent || !isQuote
        if hasContent && depth > 0 && !opensNext {
            shown += held
            held = ""
        }
        return true
    }

    /// Whether a quote that may be either closes what stands before it.
    private var isBehindText: Bool {
        !last.properties.isWhitespace && !"([{".unicodeScalars.contains(last)
            && (hasContent || !held.isEmpty && last.isOfWord)
    }
}

extension Unicode.Scalar {
    fileprivate var isOfWord: Bool { properties.isAlphabetic || properties.numericType != nil }
}
