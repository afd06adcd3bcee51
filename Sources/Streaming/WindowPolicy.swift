/// How windows are cut, how long stragglers are waited for, and when an answer comes early.

/// The rules of one engine. All durations are whole milliseconds of event time.
public struct WindowPolicy: Hashable, Sendable, Codable, CustomStringConvertible {
    public enum Windows: Hashable, Sendable, Codable {
        /// One after the other, aligned to the Unix epoch.
        case tumbling(size: Int64)
        /// A window begins at each multiple of `slide` after the Unix epoch, so that windows overlap. `slide` is at most
        /// `size` and needn't divide it.
        case sliding(size: Int64, slide: Int64)
        /// A window lasts while messages are at most `gap` apart, and not longer than `longest`.
        case session(gap: Int64, longest: Int64 = .max)

        /// Of a kind, of these only what it needs.
        ///
        /// - Parameter longest: nil: no limit.
        public init(_ kind: WindowKind, size: Int64, slide: Int64, gap: Int64, longest: Int64?) {
            self =
                switch kind {
                case .tumbling: .tumbling(size: size)
                case .sliding: .sliding(size: size, slide: slide)
                case .session: .session(gap: gap, longest: longest ?? .max)
                }
        }
    }

    public var windows: Windows
    /// How far behind the latest message another may be and still be on time.
    public var maxOutOfOrderness: Int64
    /// How long after its end a window is kept, to come out again with what arrives late.
    public var allowedLateness: Int64
    /// A message further ahead of its stream than this isn't believed until the next one confirms it.
    public var maxAdvance: Int64
    /// An early result comes when the customer has spoken and nobody has for so long; nil: results come at the close only.
    public var turnSilence: Int64?
    public var limits: Limits

    public init(
        _ windows: Windows, maxOutOfOrderness: Int64 = 0, allowedLateness: Int64 = 0, maxAdvance: Int64 = 3_600_000,
        turnSilence: Int64? = nil, limits: Limits = Limits()
    ) {
        self.windows = windows
        self.maxOutOfOrderness = maxOutOfOrderness
        self.allowedLateness = allowedLateness
        self.maxAdvance = maxAdvance
        self.turnSilence = turnSilence
        self.limits = limits
    }

    enum CodingKeys: CodingKey {
        case windows, maxOutOfOrderness, allowedLateness, maxAdvance, turnSilence, limits
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        windows = try container.decode(Windows.self, forKey: .windows)
        maxOutOfOrderness = try container.decode(Int64.self, forKey: .maxOutOfOrderness)
        allowedLateness = try container.decode(Int64.self, forKey: .allowedLateness)
        maxAdvance = try container.decode(Int64.self, forKey: .maxAdvance)
        turnSilence = try container.decodeIfPresent(Int64.self, forKey: .turnSilence)
        limits = try container.decodeIfPresent(Limits.self, forKey: .limits) ?? .none
    }

    /// The rules in words, durations in seconds.
    public var description: String {
        func seconds(_ milliseconds: Int64) -> String { "\(Double(milliseconds) / 1000) s" }
        var parts: [String]
        switch windows {
        case .tumbling(let size): parts = ["tumbling, \(seconds(size))"]
        case .sliding(let size, let slide): parts = ["sliding, \(seconds(size)) every \(seconds(slide))"]
        case .session(let gap, let longest):
            parts = ["session, gap \(seconds(gap))\(longest == .max ? "" : ", at most \(seconds(longest))")"]
        }
        parts.append("out-of-orderness \(seconds(maxOutOfOrderness))")
        parts.append("allowed lateness \(seconds(allowedLateness))")
        if let turnSilence { parts.append("early answers after \(seconds(turnSilence))") }
        return parts.joined(separator: "; ")
    }

    var kind: WindowKind {
        switch windows {
        case .tumbling: .tumbling
        case .sliding: .sliding
        case .session: .session
        }
    }
}
